"""Each promise, by a rule that keeps it and one that breaks it, and by what its author is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel, ConfigDict

from trailguard import CloudTrailEvent, ConfigurationItem, Match, Rule, Severity, Violation, rule
from trailguard.models.config import ScheduledRun
from trailguard.testing import cloudtrail_event, configuration_item, scheduled_run
from trailguard.testing.contract import PROMISES, broken
from trailguard.testing.examples import Example
from trailguard.watch import document_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailguard._rule import Event
    from trailguard.testing.examples import Expected

DOCS = ("https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html",)
PUBLIC = cloudtrail_event("s3:PutBucketAcl", request={"bucketName": "b", "x-amz-acl": "public-read"})
PRIVATE = cloudtrail_event("s3:PutBucketAcl", request={"bucketName": "b", "x-amz-acl": "private"})
REFUSED = cloudtrail_event("s3:PutBucketAcl", request={"x-amz-acl": "public-read"}, error="AccessDenied")
OPEN = configuration_item("AWS::EC2::Volume", {"encrypted": False, "attachments": [{"device": "/dev/sda1"}]})
CLOSED = configuration_item("AWS::EC2::Volume", {"encrypted": True})


class Params(BaseModel, frozen=True):
    word: str = "public"


def example(
    checked: Rule,
    event: Event,
    *,
    fires: bool,
    expected: Expected = None,
    asked: bool = True,
    params: BaseModel | None = None,
) -> Example:
    return Example(checked, document_of(event), params, asked, fires, expected, "test_it")


def pair(checked: Rule, bad: Event = PUBLIC, good: Event = PRIVATE) -> list[Example]:
    return [example(checked, bad, fires=True), example(checked, good, fires=False)]


def problems(promise: str, checked: Rule, examples: list[Example] | None = None) -> list[str]:
    return list(PROMISES[promise](checked, pair(checked) if examples is None else examples))


def made(check: Callable[[CloudTrailEvent], Any], on: str | Match = "s3:PutBucketAcl") -> Rule:
    """Make a rule that reports public ACLs by whatever it does."""

    @rule(on=on, severity=Severity.HIGH, title="Public ACL", references=DOCS)
    def public_acl(event: CloudTrailEvent) -> Any:
        """A bucket that everybody may read."""
        return check(event)

    return public_acl


def acl_of(event: CloudTrailEvent) -> str:
    return str(event.request_parameters.get("x-amz-acl"))


def is_public(event: CloudTrailEvent) -> str | None:
    return "it is public" if acl_of(event).startswith("public") else None


GOOD = made(is_public)


@rule(on="AWS::EC2::Volume", severity=Severity.HIGH, title="Volume in clear", references=DOCS)
def volume_in_clear(item: ConfigurationItem) -> Iterator[Violation]:
    """A volume that is not encrypted."""
    if item.configuration.get("encrypted") is False:
        yield Violation("it is in clear", evidence={"attachments": item.configuration.get("attachments")})


@rule(on="s3:PutBucketAcl", severity=Severity.HIGH, title="ACL of a word", references=DOCS)
def acl_of_a_word(event: CloudTrailEvent, params: Params) -> str | None:
    """An ACL with a word in it."""
    return f"it is {acl_of(event)}" if params.word in acl_of(event) else None


# Rules that keep all of it


def test_a_good_rule_has_nothing_against_it() -> None:
    assert broken(GOOD, pair(GOOD)) == []


def test_a_good_rule_about_items() -> None:
    assert broken(volume_in_clear, pair(volume_in_clear, OPEN, CLOSED)) == []


def test_a_good_rule_with_parameters() -> None:
    """Each example has its own."""
    examples = [
        example(acl_of_a_word, PUBLIC, fires=True),
        example(acl_of_a_word, PUBLIC, fires=False, params=Params(word="write")),
        example(acl_of_a_word, PRIVATE, fires=True, params=Params(word="private")),
    ]

    assert broken(acl_of_a_word, examples) == []


def test_a_rule_that_reads_nothing() -> None:
    """What the engine routes by is all that it wants to know."""
    always = made(lambda _: "somebody did it")

    assert broken(always, [example(always, PUBLIC, fires=True)]) == [
        "has examples: no test has a near miss: an event that almost violates, and complies"
    ]


def test_each_problem_begins_with_the_promise() -> None:
    bare = made(lambda event: event.request_parameters["x-amz-acl"].index("public") or "it is public")

    told = broken(bare, [])

    assert told
    assert all(problem.startswith(tuple(f"{promise}: " for promise in PROMISES)) for problem in told)


# says what it is


def test_no_description() -> None:
    @rule(on="s3:PutBucketAcl", severity=Severity.HIGH, title="Public ACL", references=["acl.html"])
    def public_acl(event: CloudTrailEvent) -> str | None:
        return is_public(event)

    assert problems("says what it is", public_acl) == [
        "the function has no docstring; say what it catches, why that matters, and what it gets wrong",
        "the reference 'acl.html' is no URL",
    ]


def test_no_references() -> None:
    @rule(on="s3:PutBucketAcl", severity=Severity.HIGH, title="Public ACL")
    def public_acl(event: CloudTrailEvent) -> str | None:
        """A bucket that everybody may read."""
        return is_public(event)

    assert problems("says what it is", public_acl) == ["it has no references; name a page to read more"]


# has examples


NO_NEAR_MISS = "no test has a near miss: an event that almost violates, and complies"


def test_no_examples() -> None:
    assert problems("has examples", GOOD, []) == ["no test has an event that it finds wrong", NO_NEAR_MISS]


def test_only_near_misses() -> None:
    examples = [example(GOOD, PRIVATE, fires=False)]

    assert problems("has examples", GOOD, examples) == ["no test has an event that it finds wrong"]


@pytest.mark.parametrize(
    ("event", "fires", "expected", "told"),
    [
        (PUBLIC, True, "complies", ["test_it says that an event complies, and it violates"]),
        (PRIVATE, False, "violates", ["test_it says that an event violates, and it complies"]),
        (PUBLIC, True, "violates", []),
        (PRIVATE, False, "complies", []),
    ],
)
def test_what_a_test_says(event: Event, fires: bool, expected: Expected, told: list[str]) -> None:  # noqa: FBT001  # a table's column
    examples = [*pair(GOOD), example(GOOD, event, fires=fires, expected=expected)]

    assert problems("has examples", GOOD, examples) == told


def test_examples_that_it_is_never_asked_about() -> None:
    examples = [
        example(GOOD, REFUSED, fires=True, asked=False),
        example(GOOD, PRIVATE, fires=False),
    ]

    assert problems("has examples", GOOD, examples) == [
        (
            "it is never asked about any event that it finds wrong, as that of test_it:"
            " the call failed with AccessDenied; outcome is 'success'"
        )
    ]


def test_one_example_that_it_is_asked_about_will_do() -> None:
    examples = [*pair(GOOD), example(GOOD, REFUSED, fires=True, asked=False)]

    assert problems("has examples", GOOD, examples) == []


# never raises


@pytest.mark.parametrize(
    ("check", "error", "where"),
    [
        (
            lambda event: event.request_parameters["x-amz-acl"].startswith("public") and "it is public",
            "KeyError: 'x-amz-acl'",
            'requestParameters."x-amz-acl" is absent',
        ),
        (
            lambda event: event.request_parameters.get("x-amz-acl", "").startswith("public") and "it is",
            "AttributeError: 'NoneType' object has no attribute 'startswith'",
            'requestParameters."x-amz-acl" is null',
        ),
        (
            lambda event: "public" in (event.request_parameters.get("x-amz-acl") or "") and "it is",
            "TypeError: argument of type 'int' is not",
            'requestParameters."x-amz-acl" is 7',
        ),
        (
            lambda event: is_public(event) and event.user_identity.user_name.upper(),
            "AttributeError: 'NoneType' object has no attribute 'upper'",
            "userIdentity.userName is absent",
        ),
        (
            lambda event: is_public(event) and "".join(event.raw.get("groups", "")),
            "TypeError: can only join an iterable",
            "groups is null",
        ),
    ],
)
def test_it_raises_where_a_field_is_odd(
    check: Callable[[CloudTrailEvent], Any], error: str, where: str
) -> None:
    """The author is told what is raised, on which line, and where the event is odd."""
    checked = made(lambda event: check(event) or None)

    told = problems("never raises", checked)

    assert told
    assert any(one.startswith(f"it raises {error}") and f" where {where}" in one for one in told), told
    assert all(f"({__file__}:" in one for one in told)


def test_it_returns_what_it_may_not() -> None:
    """The line is not the rule's then, but what it gave is told."""
    returned, yielded = problems("never raises", made(lambda event: event.raw.get("groups")))

    assert returned.startswith("it raises TypeError: returned int; a rule gives None, a str")
    assert returned.endswith(" where groups is 7")
    assert yielded.startswith("it raises TypeError: yielded int; a rule gives None, a str")
    assert yielded.endswith(" where groups is [7, null]")


def test_a_mistake_is_told_once() -> None:
    """Whatever stands there instead of a text, the line is the same."""
    checked = made(lambda event: event.request_parameters.get("x-amz-acl").startswith("public") and "it is")

    (told, other) = problems("never raises", checked)

    assert "AttributeError: 'NoneType' object has no attribute 'startswith'" in told
    assert told.endswith(' where requestParameters."x-amz-acl" is absent')
    assert "returned bool" in other


def test_it_raises_midway() -> None:
    def check(event: CloudTrailEvent) -> Iterator[str]:
        if acl_of(event).startswith("public"):
            yield "it is public"
            yield f"bucket {event.request_parameters['bucketName'].lower()}"

    told = problems("never raises", made(check))

    assert any("requestParameters.bucketName is null" in one for one in told)


def test_elements_are_tried_once() -> None:
    """What is wrong with one element is wrong with all."""

    @rule(on="AWS::EC2::Volume", severity=Severity.HIGH, title="Volume", references=DOCS)
    def volume(item: ConfigurationItem) -> Iterator[str]:
        for attachment in item.configuration.get("attachments") or ():
            yield attachment["device"]

    many = configuration_item("AWS::EC2::Volume", {"attachments": [{"device": f"d{n}"} for n in range(500)]})
    told = problems("never raises", volume, [example(volume, many, fires=True)])

    assert any("configuration.attachments[0].device is absent" in one for one in told)
    assert len(told) == 4


def test_it_may_raise_about_what_it_is_never_asked() -> None:
    """It listens to failures, which have a code; the engine sees to that."""
    failures = made(lambda event: event.error_code.lower(), on=Match("s3:PutBucketAcl", outcome="failure"))
    anything = made(lambda event: event.error_code.lower(), on=Match("s3:PutBucketAcl", outcome="any"))

    assert problems("never raises", failures, [example(failures, REFUSED, fires=True)]) == []
    (told,) = problems("never raises", anything, [example(anything, REFUSED, fires=True)])
    assert "errorCode is absent" in told


def test_it_may_raise_where_the_model_would_refuse() -> None:
    """A time that is none never reaches a rule."""
    checked = made(lambda event: f"at {event.event_time:%H}" if event.event_time else None)

    assert problems("never raises", checked) == []


# changes nothing


@pytest.mark.parametrize(
    "change",
    [
        lambda event: event.raw.pop("eventID"),
        lambda event: event.request_parameters.update(seen=True),
        lambda event: event.raw["userIdentity"].clear(),
        lambda event: event.resources.append(1),
        lambda event: event.additional_event_data.setdefault("a", 1),
    ],
)
def test_it_changes_the_event(change: Callable[[CloudTrailEvent], object]) -> None:
    checked = made(lambda event: (change(event), is_public(event))[1])
    event = cloudtrail_event(
        "s3:PutBucketAcl",
        request={"x-amz-acl": "public-read"},
        resources=[{"ARN": "arn:aws:s3:::b"}],
        additionalEventData={},
    )

    assert problems("changes nothing", checked, [example(checked, event, fires=True)]) == [
        "it changes the event of test_it; others are to judge the same one"
    ]


@pytest.mark.parametrize(
    "change",
    [
        lambda item: item.raw.pop("ARN"),
        lambda item: item.as_notified.pop("ARN"),
        lambda item: item.configuration.clear(),
        lambda item: item.tags.update(seen="yes"),
        lambda item: item.relationships.clear(),
        lambda item: item.as_notified["relationships"].clear(),
    ],
)
def test_it_changes_the_item(change: Callable[[ConfigurationItem], object]) -> None:
    @rule(on="AWS::EC2::Volume", severity=Severity.HIGH, title="Volume")
    def volume(item: ConfigurationItem) -> str:
        change(item)
        return "it is a volume"

    item = configuration_item("AWS::EC2::Volume", {"a": 1}, relationships=[("AWS::EC2::VPC", "vpc-1")])

    assert problems("changes nothing", volume, [example(volume, item, fires=True)]) == [
        "it changes the event of test_it; others are to judge the same one"
    ]


def test_copies_may_be_changed() -> None:
    checked = made(lambda event: (dict(event.raw).clear(), is_public(event))[1])

    assert problems("changes nothing", checked) == []


def test_it_counts() -> None:
    seen: list[str] = []

    def check(event: CloudTrailEvent) -> str | None:
        seen.append(event.event_name)
        return f"call {len(seen)}"

    assert problems("changes nothing", made(check)) == [
        "asked twice about the event of test_it, it finds something else the second time"
    ]


def test_it_tells_nothing_twice() -> None:
    """It has known the event since the test."""
    seen = {PUBLIC.event_id}

    def check(event: CloudTrailEvent) -> str | None:
        return None if event.event_id in seen else "it is new"

    assert problems("changes nothing", made(check)) == [
        "asked again about the event of test_it, it finds nothing wrong, other than in the test"
    ]


def test_a_test_may_show_what_the_rule_is_not_asked_about() -> None:
    """To the engine such an event complies, whatever the rule would say of it."""
    examples = [*pair(GOOD), example(GOOD, REFUSED, fires=False, asked=False)]

    assert problems("changes nothing", GOOD, examples) == []


def test_a_rule_that_raises_changes_nothing() -> None:
    """That is told elsewhere."""
    checked = made(lambda event: event.request_parameters["nothing"])

    assert problems("changes nothing", checked) == []


# gives verdicts that can be written


class Thing:
    def __repr__(self) -> str:
        return "a thing"


@pytest.mark.parametrize(
    ("evidence", "shown"),
    [
        ({"acls": {"public"}}, "acls: {'public'}"),
        ({"at": datetime(2026, 3, 2, tzinfo=UTC)}, "at: datetime.datetime(2026, 3, 2"),
        ({"thing": Thing()}, "thing: a thing"),
        ({"ports": (22, 23)}, "ports: (22, 23)"),
        ({"by_port": {22: "open"}}, "by_port: {22: 'open'}"),
        ({"share": Decimal("0.5")}, "share: Decimal('0.5')"),
        ({"share": float("nan")}, "share: nan"),
        ({"text": b"abc"}, "text: b'abc'"),
        ({"severity": Severity.LOW}, "severity: <Severity.LOW: 'low'>"),
    ],
)
def test_evidence_that_is_no_json(evidence: dict[str, Any], shown: str) -> None:
    checked = made(lambda event: Violation("it is public", evidence=evidence) if is_public(event) else None)

    (told,) = problems("gives verdicts that can be written", checked)

    assert told.startswith(f"the evidence in test_it is not the same after JSON: {shown}")


def test_endless_evidence() -> None:
    endless: dict[str, Any] = {}
    endless["again"] = endless
    checked = made(lambda event: Violation("it is public", evidence=endless) if is_public(event) else None)

    (told,) = problems("gives verdicts that can be written", checked)

    assert "not the same after JSON: again: {'again': {...}}" in told


@pytest.mark.parametrize("evidence", [{}, {"a": [1, None, True, 1.5, {"b": "é"}]}])
def test_evidence_that_is_json(evidence: dict[str, Any]) -> None:
    checked = made(lambda event: Violation("it is public", evidence=evidence) if is_public(event) else None)

    assert problems("gives verdicts that can be written", checked) == []


@pytest.mark.parametrize("reason", ["", " \n"])
def test_no_reason(reason: str) -> None:
    checked = made(lambda event: reason if is_public(event) else None)

    assert problems("gives verdicts that can be written", checked) == [
        "it gives no reason for its violation in test_it"
    ]


def test_evidence_by_the_parameters_of_the_example() -> None:
    class Things(BaseModel, frozen=True):
        words: frozenset[str] = frozenset()

    @rule(on="s3:PutBucketAcl", severity=Severity.HIGH, title="ACL")
    def acl(event: CloudTrailEvent, params: Things) -> Violation | None:
        words = [word for word in params.words if word in acl_of(event)]
        return Violation("it has a word", evidence={"words": set(words)}) if words else None

    examples = [example(acl, PUBLIC, fires=True, params=Things(words=frozenset({"public"})))]

    assert problems("gives verdicts that can be written", acl, examples) == [
        "the evidence in test_it is not the same after JSON: words: {'public'}"
    ]


# has parameters that can be set


def with_parameters(model: type[BaseModel]) -> Rule:
    def acl(event: CloudTrailEvent, params: Any) -> str | None:
        """An ACL."""
        return f"{params}" if is_public(event) else None

    acl.__annotations__["params"] = model
    return rule(on="s3:PutBucketAcl", severity=Severity.HIGH, title="ACL", references=DOCS)(acl)


class Good(BaseModel, frozen=True):
    names: frozenset[str] = frozenset({"a"})
    ports: tuple[int, ...] = (22,)
    share: Decimal = Decimal("0.5")
    within: timedelta = timedelta(minutes=10)
    nothing: str | None = None


class Invalid(BaseModel, frozen=True):
    limit: int = "many"  # type: ignore[assignment]  # that is what is wrong


class Unsayable(BaseModel, frozen=True):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    thing: Thing = Thing()


class Other(BaseModel, frozen=True):
    ports: frozenset[int] = ("22",)  # type: ignore[assignment]  # that is what is wrong


class Strict(BaseModel, frozen=True, strict=True):
    names: frozenset[str] = frozenset({"a"})


@pytest.mark.parametrize(
    ("model", "told"),
    [
        (Params, []),
        (Good, []),
        (
            Invalid,
            ["a default is not what settings may have: Invalid.limit: Input should be a valid integer"],
        ),
        (Unsayable, ["the defaults of Unsayable cannot be written as settings: Unable to serialize"]),
        (Other, ["the defaults of Other are not the same after JSON, in which settings have them"]),
        (
            Strict,
            ["a default is not what settings may have: Strict.names: Input should be a valid frozenset"],
        ),
    ],
)
def test_parameters(model: type[BaseModel], told: list[str]) -> None:
    found = problems("has parameters that can be set", with_parameters(model))

    assert len(found) == len(told)
    assert all(one.startswith(start) for one, start in zip(found, told, strict=True)), found


# What is not tried again


def test_a_rule_about_scheduled_runs_is_not_asked_again() -> None:
    """What it asks of AWS, its tests have taken the place of; nothing else has."""
    asked: list[str] = []

    @rule(on="schedule", severity=Severity.HIGH, title="Old keys", references=DOCS)
    def old_keys(run: ScheduledRun) -> str:
        """A key that nobody has renewed."""
        asked.append("iam")
        return str(run.client("iam"))

    examples = [
        example(old_keys, scheduled_run(), fires=True, expected="violates"),
        example(old_keys, scheduled_run(), fires=False, expected="complies"),
    ]

    assert broken(old_keys, examples) == []
    assert asked == []
