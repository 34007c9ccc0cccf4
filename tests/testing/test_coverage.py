"""Rules whose conditions are known, and tests of which it is known what they pin down."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel

from trailguard import CloudTrailEvent, ConfigurationItem, Severity, Violation, rule
from trailguard.models.config import ScheduledRun
from trailguard.testing import assumed_role, cloudtrail_event, configuration_item, root, scheduled_run
from trailguard.testing.coverage import Condition, Coverage, coverage_of
from trailguard.testing.examples import Example
from trailguard.watch import ABSENT, document_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailguard import Rule
    from trailguard._rule import Event

ACL = "requestParameters.acl"
NAME = "requestParameters.name"


def made(check: Callable[[CloudTrailEvent], Any]) -> Rule:
    @rule(on="s3:PutBucketAcl", severity=Severity.HIGH, title="Something")
    def some_rule(event: CloudTrailEvent) -> Any:
        return "it is" if check(event) else None

    return some_rule


def made_of_item(check: Callable[[ConfigurationItem], Any]) -> Rule:
    @rule(on="AWS::EC2::SecurityGroup", severity=Severity.HIGH, title="Something")
    def some_rule(item: ConfigurationItem) -> Any:
        return "it is" if check(item) else None

    return some_rule


def call(actor: dict[str, Any] | None = None, **request: object) -> CloudTrailEvent:
    return cloudtrail_event("s3:PutBucketAcl", actor=actor, request=request)


def group(*permissions: dict[str, Any], **more: object) -> ConfigurationItem:
    return configuration_item("AWS::EC2::SecurityGroup", {"permissions": list(permissions), **more})


def covered(checked: Rule, *events: Event, params: BaseModel | None = None) -> Coverage:
    """Find the coverage of a rule by events, of each of which the rule says itself what it is."""
    return coverage_of(
        [
            Example(checked, document_of(one), params, asked=True, fires=bool(found))
            for one in events
            for found in [list(checked.violations(one, params))]
        ]
    )


def told(coverage: Coverage) -> dict[str, bool]:
    """Return which conditions there are, and whether each is pinned down."""
    return {condition.field: condition.pinned for condition in coverage.conditions}


def get(event: CloudTrailEvent, name: str) -> Any:
    return event.request_parameters.get(name)


PUBLIC = made(lambda event: str(get(event, "acl")).startswith("public"))
PUBLIC_OF_A_NAME = made(lambda event: get(event, "acl") == "public" and get(event, "name") == "b")


# What pins a condition down


def test_a_near_miss_pins_down_its_condition() -> None:
    coverage = covered(PUBLIC, call(acl="public"), call(acl="private"))

    assert coverage == Coverage(1, 1, (Condition(ACL, "public", pinned=True),), ())
    assert coverage.loose == ()


def test_without_near_miss_nothing_is_pinned_down() -> None:
    coverage = covered(PUBLIC, call(acl="public"))

    assert told(coverage) == {ACL: False}
    assert coverage.loose == coverage.conditions


@pytest.mark.parametrize(
    ("near_misses", "pinned"),
    [
        ([call(acl="private", name="b")], {ACL: True, NAME: False}),
        ([call(acl="public", name="c")], {ACL: False, NAME: True}),
        ([call(acl="public")], {ACL: False, NAME: True}),
        ([call(acl="private", name="c")], {ACL: False, NAME: False}),
        ([call(acl="private", name="b"), call(acl="public", name="c")], {ACL: True, NAME: True}),
        ([], {ACL: False, NAME: False}),
    ],
)
def test_two_conditions(near_misses: list[CloudTrailEvent], pinned: dict[str, bool]) -> None:
    """A near miss that differs in both pins down neither: the rule might do without one of them."""
    assert told(covered(PUBLIC_OF_A_NAME, call(acl="public", name="b"), *near_misses)) == pinned


def test_either_of_two() -> None:
    """Each is a condition only where the other does not hold."""
    either = made(lambda event: get(event, "acl") == "public" or get(event, "name") == "b")
    both, none = call(acl="public", name="b"), call(acl="private", name="c")

    assert told(covered(either, both, none)) == {}
    assert told(covered(either, both, call(acl="public", name="c"), none)) == {ACL: True}
    assert told(covered(either, call(acl="public"), call(name="b"), none)) == {ACL: True, NAME: True}


def test_an_inverted_condition() -> None:
    """Only the value that complies tells; any other violates."""
    not_private = made(lambda event: get(event, "acl") != "private")

    assert told(covered(not_private, call(acl="public"), call(acl="private"))) == {ACL: True}
    assert told(covered(not_private, call(acl="public"))) == {}


def test_a_field_that_has_to_be_absent() -> None:
    in_clear = made(lambda event: get(event, "key") is None)
    coverage = covered(in_clear, call(acl="public"), call(acl="public", key="k"))

    assert coverage.conditions == (Condition("requestParameters.key", ABSENT, pinned=True),)
    assert coverage.missed == ()


def test_a_field_that_has_to_be_there() -> None:
    with_key = made(lambda event: "key" in event.request_parameters)

    assert told(covered(with_key, call(key=None), call())) == {"requestParameters.key": True}


@pytest.mark.parametrize(
    ("value", "other"),
    [(True, False), (22, 80), (0.5, 0.1), ("a", "b"), (None, "x")],
)
def test_values_of_all_types(value: object, other: object) -> None:
    same = made(lambda event: get(event, "acl") == value)

    assert ACL in told(covered(same, call(acl=value)))
    assert told(covered(same, call(acl=value), call(acl=other)))[ACL] is True


def test_a_threshold() -> None:
    many = made(lambda event: (get(event, "count") or 0) > 100)

    assert told(covered(many, call(count=5000), call(count=100))) == {"requestParameters.count": True}


def test_severity_is_no_condition() -> None:
    """It violates either way."""

    @rule(on="s3:PutBucketAcl", severity=Severity.LOW, title="Something")
    def some_rule(event: CloudTrailEvent) -> Violation:
        is_public = get(event, "acl") == "public"
        return Violation(f"by {get(event, 'name')}", severity=Severity.HIGH if is_public else None)

    assert told(covered(some_rule, call(acl="public", name="b"), call(acl="private", name="b"))) == {}


# Where conditions are


def test_identity_by_its_fields() -> None:
    by_root = made(lambda event: event.user_identity is not None and event.user_identity.type == "Root")

    assert told(covered(by_root, call(root()), call())) == {"userIdentity.type": True}


def test_the_actor_comes_of_the_identity() -> None:
    """It is read as a whole; the field in it that decides is the condition."""
    by_root = made(lambda event: event.actor.is_root)
    by_role = made(lambda event: event.actor.role_name == "Admin" and get(event, "acl") == "public")

    assert told(covered(by_root, call(root()), call())) == {"userIdentity.type": True}
    issuer = "userIdentity.sessionContext.sessionIssuer.userName"
    conditions = told(
        covered(
            by_role,
            call(assumed_role("Admin"), acl="public"),
            call(assumed_role("Admin"), acl="private"),
            call(assumed_role("Other"), acl="private"),
        )
    )
    assert conditions == {"userIdentity.type": False, issuer: False, ACL: True}


def test_a_property() -> None:
    without_mfa = made(lambda event: event.mfa is False)
    field = "userIdentity.sessionContext.attributes.mfaAuthenticated"

    with_mfa = cloudtrail_event("s3:PutBucketAcl", mfa=True)
    assert told(covered(without_mfa, cloudtrail_event("s3:PutBucketAcl", mfa=False), with_mfa)) == {
        field: True
    }


def test_jmespath() -> None:
    searched = made(lambda event: event.search("requestParameters.rules[?port == `22`].cidr | [0]") == "all")
    near_miss = call(rules=[{"port": 22, "cidr": "few"}])
    conditions = told(covered(searched, call(rules=[{"port": 22, "cidr": "all"}]), near_miss))

    assert conditions == {"requestParameters.rules[0].port": False, "requestParameters.rules[0].cidr": True}


def test_json_in_a_text() -> None:
    """What is in it, nobody but the rule knows: it is one condition."""
    policy = made(lambda event: json.loads(get(event, "policy") or "{}").get("Principal") == "*")
    anyone, nobody = json.dumps({"Principal": "*"}), json.dumps({"Principal": "no"})

    assert told(covered(policy, call(policy=anyone), call(policy=nobody))) == {
        "requestParameters.policy": True
    }


def test_what_is_read_as_a_whole() -> None:
    """The field in it that decides is the condition; all of it only where no field does."""
    shown = made(lambda event: "public" in str(event.request_parameters))

    assert told(covered(shown, call(acl="public", name="b"), call(acl="private", name="b"))) == {ACL: True}
    assert told(covered(shown, call(acl="public", name="public"), call(acl="x", name="x"))) == {
        "requestParameters": True
    }


def is_open(permission: dict[str, Any]) -> bool:
    return permission.get("cidr") == "all" and permission.get("port") == 22


OPEN_GROUP = made_of_item(lambda item: any(map(is_open, item.configuration.get("permissions") or ())))
CIDR, PORT = "configuration.permissions[0].cidr", "configuration.permissions[0].port"


@pytest.mark.parametrize(
    ("near_miss", "pinned"),
    [
        (group({"cidr": "few", "port": 22}), {CIDR: True, PORT: False}),
        (group({"cidr": "all", "port": 80}), {CIDR: False, PORT: True}),
        (group({"cidr": "few", "port": 22}, {"cidr": "all", "port": 80}), {CIDR: True, PORT: True}),
        (group({}, {}, {"cidr": "all", "port": 80}), {CIDR: False, PORT: True}),
        (group({"cidr": "few", "port": 80}), {CIDR: False, PORT: False}),
        (group(), {CIDR: False, PORT: False}),
    ],
)
@pytest.mark.parametrize(
    "bad",
    [
        group({"cidr": "all", "port": 22}),
        group({"cidr": "few"}, {"port": 80}, {"cidr": "all", "port": 22}),
        group({"cidr": "all", "port": 22}, {"cidr": "all", "port": 22}),
    ],
    ids=["alone", "among others", "twice"],
)
def test_elements_of_an_array(
    bad: ConfigurationItem, near_miss: ConfigurationItem, pinned: dict[str, bool]
) -> None:
    """They are one, wherever they stand; one that violates as well hides nothing."""
    assert told(covered(OPEN_GROUP, bad, near_miss)) == pinned


def test_texts_in_an_array() -> None:
    named = made_of_item(lambda item: "all" in (item.configuration.get("names") or ()))

    assert told(covered(named, group(names=["few", "all"]), group(names=["few"]))) == {
        "configuration.names[0]": True
    }


def test_an_array_may_be_too_long() -> None:
    """It is not shortened where it would comply then."""
    many = made_of_item(lambda item: len(item.configuration.get("names") or ()) > 2)

    assert told(covered(many, group(names=["a", "b", "c"]), group(names=["a"]))) == {
        "configuration.names": True
    }


def test_keys_that_jmespath_quotes() -> None:
    quoted = made(lambda event: get(event, "x-amz-acl") == "public")

    assert told(covered(quoted, call(**{"x-amz-acl": "public"}), call())) == {
        'requestParameters."x-amz-acl"': True
    }


class Params(BaseModel, frozen=True):
    allowed: frozenset[str] = frozenset({"private"})


@rule(on="s3:PutBucketAcl", severity=Severity.HIGH, title="Something")
def not_allowed(event: CloudTrailEvent, params: Params) -> str | None:
    return None if get(event, "acl") in params.allowed else f"{get(event, 'acl')} is not allowed"


def test_parameters_of_examples() -> None:
    """An event that complies by its parameters pins the field down by its own: others would not do there."""
    public = Params(allowed=frozenset({"public"}))
    bad = Example(not_allowed, call(acl="public").raw, None, asked=True, fires=True)
    good = Example(not_allowed, call(acl="public").raw, public, asked=True, fires=False)
    near_miss = Example(not_allowed, call(acl="private").raw, None, asked=True, fires=False)

    assert told(coverage_of([bad, good])) == {}
    assert told(coverage_of([bad, good, near_miss])) == {ACL: True}


# What counts


def test_examples_that_it_is_not_asked_about_count_for_nothing() -> None:
    bad = Example(PUBLIC, call(acl="public").raw, None, asked=True, fires=True)
    unasked = Example(PUBLIC, call(acl="private").raw, None, asked=False, fires=False)

    coverage = coverage_of([bad, unasked])

    assert (coverage.fires, coverage.complies) == (1, 0)
    assert told(coverage) == {ACL: False}


def test_nothing_of_nothing() -> None:
    assert coverage_of([]) == Coverage(0, 0, (), ())


def test_a_rule_that_reads_nothing() -> None:
    assert covered(made(lambda _: True), call()) == Coverage(1, 0, (), ())


def test_a_rule_that_raises_on_other_values() -> None:
    """To raise is neither to comply nor to violate."""
    fragile = made(lambda event: event.request_parameters["acl"].startswith("public"))

    assert told(covered(fragile, call(acl="public"), call(acl="private"))) == {ACL: True}


def test_a_rule_about_scheduled_runs_is_not_asked_again() -> None:
    """What it asks of AWS, its tests have taken the place of; nothing else has."""

    @rule(on="schedule", severity=Severity.HIGH, title="Something")
    def old_keys(run: ScheduledRun) -> str:
        pytest.fail(f"asked again in {run.account_id}")

    bad = Example(old_keys, scheduled_run().raw, None, asked=True, fires=True)
    good = Example(old_keys, scheduled_run().raw, None, asked=True, fires=False)

    assert coverage_of([bad, good]) == Coverage(1, 1, (), ())


def test_examples_stay_as_they_are() -> None:
    rude = made(lambda event: event.request_parameters.pop("acl", None) == "public")
    bad = Example(rude, call(acl="public").raw, None, asked=True, fires=True)
    good = Example(rude, call(acl="private").raw, None, asked=True, fires=False)

    assert told(coverage_of([bad, good])) in ({}, {"requestParameters": True}, {ACL: True})
    assert bad.document["requestParameters"] == {"acl": "public"}


# What no example has


def test_a_field_that_no_example_has() -> None:
    misspelt = made(lambda event: get(event, "Acl") or get(event, "owner") or get(event, "acl") == "public")

    assert covered(misspelt, call(acl="public"), call(acl="private")).missed == (
        ("requestParameters.Acl", None),  # the rule knows the other one, too
        ("requestParameters.owner", None),
    )


def test_a_field_that_is_spelt_wrong() -> None:
    misspelt = made(lambda event: event.search('requestParameters."x-amz-acls"') == "public")

    assert covered(misspelt, call(**{"x-amz-acl": "public"})).missed == (
        ('requestParameters."x-amz-acls"', 'requestParameters."x-amz-acl"'),
    )


def test_a_field_that_is_elsewhere() -> None:
    lost = made(lambda event: event.search("responseElements.acl") == "public")

    event = cloudtrail_event("s3:PutBucketAcl", request={"acl": "public"}, response={"name": "b"})

    assert covered(lost, event).missed == (("responseElements.acl", ACL),)


def test_one_example_that_has_it_will_do() -> None:
    assert covered(PUBLIC, call(acl="public"), call()).missed == ()


def test_what_one_element_has_is_not_missed() -> None:
    assert covered(OPEN_GROUP, group({"cidr": "few"}, {"cidr": "all", "port": 22})).missed == ()


# What it costs


def test_a_large_item_takes_few_tries() -> None:
    """Hundreds of elements, and one that violates: the rule is asked some hundred times, not thousands."""
    asked = 0

    @rule(on="AWS::EC2::SecurityGroup", severity=Severity.HIGH, title="Something")
    def open_group(item: ConfigurationItem) -> Iterator[str]:
        nonlocal asked
        asked += 1
        for permission in item.configuration.get("permissions") or ():
            if is_open(permission) and not permission.get("note"):
                yield "it is open"

    few = [{"cidr": f"few-{n}", "port": 22, "more": [{"n": n}]} for n in range(500)]
    large = group(*few[:300], {"cidr": "all", "port": 22}, *few[300:])
    coverage = covered(open_group, large, group(*few), group(*few, *few))

    assert told(coverage) == {CIDR: True, PORT: False}
    assert coverage.missed == (("configuration.permissions[0].note", None),)
    assert asked < 500


def test_many_of_all_kinds_are_not_all_tried() -> None:
    """None can be left out, as the rule counts them; some have to do for all."""
    asked = 0

    @rule(on="AWS::EC2::SecurityGroup", severity=Severity.HIGH, title="Something")
    def large_group(item: ConfigurationItem) -> str | None:
        nonlocal asked
        asked += 1
        ports = [permission.get("port") for permission in item.configuration.get("permissions") or ()]
        return "it is large" if len(set(ports)) >= 500 else None

    coverage = covered(large_group, group(*({"port": n} for n in range(500))), group({"port": 1}))

    assert told(coverage) == {PORT: False}
    assert asked < 500
