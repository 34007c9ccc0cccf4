from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel

from trailguard import CloudTrailEvent, ConfigurationItem, Match, Rule, Severity, Violation, rule
from trailguard.errors import SettingsError
from trailguard.testing import (
    assert_complies,
    assert_violates,
    assumed_role,
    cloudtrail_event,
    configuration_item,
    iam_user,
    root,
    scheduled_run,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailguard.testing import SampleEvent


class Params(BaseModel, frozen=True):
    trusted: frozenset[str] = frozenset()


class Other(BaseModel, frozen=True):
    pass


@rule(on="s3:PutBucketAcl", severity=Severity.HIGH, title="Bucket made public by its ACL")
def bucket_made_public(event: CloudTrailEvent, params: Params) -> str | None:
    acl = str(event.request_parameters.get("x-amz-acl"))
    if event.request_parameters.get("bucketName") in params.trusted:
        return None
    return f"its ACL is {acl}" if acl.startswith("public") else None


@rule(on="ec2:RunInstances", severity=Severity.LOW, title="Many things")
def many_things(event: CloudTrailEvent) -> Iterator[Violation | str]:
    yield Violation("first", resource="i-1", severity=Severity.CRITICAL)
    yield Violation("second", resource="i-2")
    yield "third"
    if event.request_parameters:
        raise ValueError(f"odd: {event.request_parameters}")


@rule(on=Match("iam:*", identity="Root"), severity=Severity.LOW, title="Root")
def root_only(event: CloudTrailEvent) -> str:
    return event.action


@rule(on="AWS::EC2::*", severity=Severity.LOW, title="Any")
def any_resource(item: ConfigurationItem) -> str | None:
    return item.configuration.get("fault")


def acl_event(acl: str = "public-read", **more: Any) -> SampleEvent:
    return cloudtrail_event("s3:PutBucketAcl", request={"bucketName": "one", "x-amz-acl": acl}, **more)


def told(assertion: Callable[..., object], *args: Any, **kwargs: Any) -> str:
    """Return what an assertion says when it fails."""
    with pytest.raises(AssertionError) as raised:
        assertion(*args, **kwargs)
    return str(raised.value)


def text(lines: str) -> str:
    return dedent(lines).strip()


INSTANCES = cloudtrail_event("ec2:RunInstances")


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"reason": "its ACL is public-read"},
        {"reason": re.compile("public")},
        {"severity": "high"},
        {"severity": Severity.HIGH},
        {"reason": "its ACL is public-read", "severity": "high"},
        {"params": {"trusted": ["two"]}},
        {"params": Params(trusted=frozenset({"two"}))},
        {"params": {}},
    ],
)
def test_what_is_as_expected_passes(wanted: dict[str, Any]) -> None:
    assert assert_violates(bucket_made_public, acl_event(), **wanted) == Violation("its ACL is public-read")


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ({}, "first"),
        ({"resource": "i-2"}, "second"),
        ({"reason": "third"}, "third"),
        ({"reason": re.compile("d$")}, "second"),
        ({"severity": "low"}, "second"),
        ({"severity": Severity.CRITICAL}, "first"),
    ],
)
def test_the_first_that_is_as_expected_is_returned(wanted: dict[str, Any], reason: str) -> None:
    """A violation without a severity has the rule's."""
    assert assert_violates(many_things, INSTANCES, **wanted).reason == reason


@pytest.mark.parametrize(
    ("wanted", "difference"),
    [
        ({"reason": "its ACL"}, "reason is 'its ACL is public-read', expected 'its ACL'"),
        ({"reason": ""}, "reason is 'its ACL is public-read', expected ''"),
        ({"reason": re.compile("private$")}, "reason has no match of 'private$'"),
        ({"severity": "low"}, "severity is high, expected low"),
        ({"resource": "one"}, "resource is None, expected 'one'"),
        (
            {"severity": Severity.INFO, "resource": "None"},
            "severity is high, expected info; resource is None, expected 'None'",
        ),
    ],
)
def test_what_is_not_as_expected_is_told(wanted: dict[str, Any], difference: str) -> None:
    assert told(assert_violates, bucket_made_public, acl_event(), **wanted) == text(
        f"""
        bucket-made-public finds s3:PutBucketAcl wrong, but not as expected
          found 'its ACL is public-read': {difference}
        """
    )


def test_one_violation_has_to_be_all_that_is_expected() -> None:
    assert told(assert_violates, many_things, INSTANCES, reason="first", resource="i-2") == text(
        """
        many-things finds ec2:RunInstances wrong, but not as expected
          found 'first': resource is 'i-1', expected 'i-2'
          found 'second': reason is 'second', expected 'first'
          found 'third': reason is 'third', expected 'first'; resource is None, expected 'i-2'
        """
    )


def test_what_complies_violates_not() -> None:
    """The failure says what the rule read, and what was absent."""
    event = cloudtrail_event("s3:PutBucketAcl", request={"bucketName": "one", "xAmzAcl": "public-read"})

    assert told(assert_violates, bucket_made_public, event) == text(
        """
        bucket-made-public does not find s3:PutBucketAcl wrong
          the event: s3:PutBucketAcl by user alice (IAMUser), succeeded
          it was asked, and read:
            requestParameters.bucketName  one
            requestParameters."x-amz-acl" is absent; did you mean requestParameters.xAmzAcl?
        """
    )
    assert_complies(bucket_made_public, event)


def test_what_violates_complies_not() -> None:
    assert told(assert_complies, bucket_made_public, acl_event(actor=root())) == text(
        """
        bucket-made-public finds s3:PutBucketAcl wrong
          the event: s3:PutBucketAcl by root of 111122223333 (Root), succeeded
          it found: its ACL is public-read
          it was asked, and read:
            requestParameters."x-amz-acl"  public-read
            requestParameters.bucketName   one
        """
    )


def test_a_rule_that_fails_neither_violates_nor_complies() -> None:
    """Even if it found something before."""
    event = cloudtrail_event("ec2:RunInstances", request={"a": 1})

    for assertion in (assert_violates, assert_complies):
        problem = told(assertion, many_things, event)
        assert problem.startswith("many-things fails on ec2:RunInstances\n")
        assert "\n  it found: first\n" in problem
        assert re.search(
            r'\n  it raised:\n    File ".*test_assertions\.py", line \d+, in many_things\n', problem
        )
        assert "\n  ValueError: odd: {'a': 1}\n" in problem
        assert "watch.py" not in problem


@pytest.mark.parametrize(
    ("asked", "event", "why"),
    [
        (
            bucket_made_public,
            acl_event(error="AccessDenied"),
            "the call failed with AccessDenied; outcome is 'success'",
        ),
        (
            root_only,
            cloudtrail_event("iam:CreateUser", actor=iam_user("bob")),
            "the caller is of type IAMUser; identity is Root",
        ),
        (
            any_resource,
            configuration_item("AWS::EC2::Subnet", {"fault": "x"}, status="ResourceDeleted"),
            "the resource is deleted",
        ),
    ],
)
def test_what_a_rule_does_not_want_complies(asked: Rule, event: Any, why: str) -> None:
    """And that is told to whoever expects a violation, whatever the rule itself would say."""
    assert_complies(asked, event)
    assert told(assert_violates, asked, event).endswith(f"\n  it was not asked: {why}")


@pytest.mark.parametrize(
    ("asked", "event", "why"),
    [
        (
            bucket_made_public,
            cloudtrail_event("s3:PutBucketAcls"),
            "it listens to s3:PutBucketAcl; this is s3:PutBucketAcls (did you mean 's3:PutBucketAcl'?)",
        ),
        (root_only, acl_event(actor=root()), "it listens to iam:*; this is s3:PutBucketAcl"),
        (
            bucket_made_public,
            configuration_item("AWS::S3::Bucket"),
            "it takes a CloudTrailEvent; this is a configuration item",
        ),
        (any_resource, acl_event(), "it takes a ConfigurationItem; this is a CloudTrail record"),
        (bucket_made_public, scheduled_run(), "it takes a CloudTrailEvent; this is a message of AWS Config"),
    ],
)
def test_what_a_rule_is_never_asked_about_neither_violates_nor_complies(
    asked: Rule, event: Any, why: str
) -> None:
    """Such a test would pass whatever the rule does."""
    assert told(assert_violates, asked, event).endswith(f"\n  it was not asked: {why}")
    problem = told(assert_complies, asked, event)
    assert problem.startswith(f"{asked.id} is never asked about ")
    assert problem.endswith(f"\n  it was not asked: {why}")


def test_a_resource_is_told_by_type_and_id() -> None:
    item = configuration_item("AWS::EC2::Subnet", {"fault": "too small"}, resource_id="subnet-1")

    assert assert_violates(any_resource, item, reason="too small")
    assert told(assert_complies, any_resource, item).splitlines()[1:3] == [
        "  the event: AWS::EC2::Subnet subnet-1",
        "  it found: too small",
    ]


def test_failed_calls_say_how() -> None:
    denied = acl_event(error="AccessDenied")
    silent = cloudtrail_event("signin:ConsoleLogin", response={"ConsoleLogin": "Failure"})

    assert "succeeded" not in told(assert_violates, bucket_made_public, denied).splitlines()[1]
    assert ", failed (AccessDenied)" in told(assert_violates, bucket_made_public, denied)
    assert ", failed" in told(assert_violates, bucket_made_public, silent).splitlines()[1]


def test_a_rule_that_reads_nothing_is_told() -> None:
    @rule(on="s3:*", severity=Severity.LOW, title="Never")
    def never(event: CloudTrailEvent) -> None:
        """Look at nothing."""

    assert told(assert_violates, never, acl_event()).endswith("\n  it was asked, and read nothing")


@pytest.mark.parametrize("trusted", [{"trusted": ["one"]}, Params(trusted=frozenset({"one"}))])
def test_parameters_come_as_a_model_or_as_settings_have_them(trusted: Any) -> None:
    assert_complies(bucket_made_public, acl_event(), params=trusted)

    problem = told(assert_violates, bucket_made_public, acl_event(), params=trusted)
    assert problem.startswith("bucket-made-public does not find s3:PutBucketAcl wrong\n")


@pytest.mark.parametrize(
    ("asked", "params", "error", "problem"),
    [
        (
            bucket_made_public,
            {"trustd": []},
            SettingsError,
            r"params: .*trustd: no such parameter \(did you mean",
        ),
        (bucket_made_public, {"trusted": 7}, SettingsError, r"params: .*trusted: .*it is of type int"),
        (many_things, {"trusted": []}, SettingsError, "params: .*: the rule takes no parameters"),
        (bucket_made_public, Other(), TypeError, "bucket-made-public takes Params, not a Other"),
        (many_things, Params(), TypeError, "many-things takes no parameters, not a Params"),
    ],
)
@pytest.mark.parametrize("assertion", [assert_violates, assert_complies])
def test_wrong_parameters_are_told(
    assertion: Callable[..., object], asked: Rule, params: Any, error: type[Exception], problem: str
) -> None:
    with pytest.raises(error, match=problem):
        assertion(asked, acl_event(), params=params)


def test_what_a_rule_listens_to_may_come_from_its_parameters() -> None:
    class Actions(BaseModel, frozen=True):
        actions: tuple[str, ...] = ("s3:DeleteBucket",)

    @rule(on=lambda params: params.actions, severity=Severity.LOW, title="Blocked")
    def blocked(event: CloudTrailEvent, params: Actions) -> str:  # noqa: ARG001  # on looks at them
        return event.action

    assert "never asked" in told(assert_complies, blocked, acl_event())
    assert assert_violates(blocked, acl_event(), params={"actions": ["s3:Put*"]})
    assert assert_violates(blocked, acl_event(), params=Actions(actions=("s3:Put*",)))


def test_an_unknown_severity_is_told() -> None:
    known = "there are info, low, medium, high, critical"
    with pytest.raises(ValueError, match=f"no severity is called 'HIGH'; {known}"):
        assert_violates(bucket_made_public, acl_event(), severity="HIGH")


@pytest.mark.parametrize(
    ("args", "given"),
    [
        ((acl_event(), bucket_made_public), "SampleEvent and Rule"),
        ((bucket_made_public, acl_event().raw), "Rule and dict"),
        ((bucket_made_public.check, acl_event()), "function and SampleEvent"),
        ((bucket_made_public, [acl_event()]), "Rule and list"),
    ],
)
@pytest.mark.parametrize("assertion", [assert_violates, assert_complies])
def test_other_things_than_a_rule_and_an_event_are_told(
    assertion: Callable[..., object], args: tuple[Any, Any], given: str
) -> None:
    with pytest.raises(TypeError, match=f"expected a rule and an event, .*, not {given}$"):
        assertion(*args)


def test_a_rule_changed_by_replace_is_one_of_its_own() -> None:
    louder = replace(bucket_made_public, severity=Severity.CRITICAL)

    assert assert_violates(louder, acl_event(), severity="critical")
    assert "severity is high" in told(assert_violates, bucket_made_public, acl_event(), severity="critical")


def test_what_attackers_wrote_is_shown_and_not_obeyed() -> None:
    """In every part of a failure: names, values, keys, reasons, and what the rule raises."""
    evil = "public\x1b[2J\u202e\nname"
    event = cloudtrail_event(
        "s3:PutBucketAcl",
        actor=assumed_role("Deployer", session=evil),
        request={"x-amz-acl": evil, f"x-amz-acl{evil}": "x", "bucketName": {evil: evil}},
        error=evil,
    )
    granted = event.model_validate({key: one for key, one in event.raw.items() if key[:5] != "error"})
    failing = cloudtrail_event("ec2:RunInstances", request={"a": evil})

    problems = [
        told(assert_violates, bucket_made_public, event),
        told(assert_complies, bucket_made_public, granted),
        told(assert_violates, bucket_made_public, granted, reason="x"),
        told(assert_complies, many_things, failing),
        told(assert_complies, root_only, granted),
    ]

    for problem in problems:
        assert all(line.isprintable() for line in problem.splitlines()), problem
        assert not re.search(r"^name", problem, re.MULTILINE)
