"""Mistakes that authors of rules make, each of which lint, the contract or coverage has to name."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from trailguard import CloudTrailEvent, ConfigurationItem, Match, Rule, Severity, Violation, rule
from trailguard.lint import lint
from trailguard.testing import (
    assert_complies,
    assert_violates,
    cloudtrail_event,
    configuration_item,
    root,
)
from trailguard.testing.contract import broken
from trailguard.testing.coverage import coverage_of
from trailguard.testing.examples import LISTENERS, Example

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailguard._rule import Event

DOCS = ["https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html"]
PUBLIC = cloudtrail_event("s3:PutBucketAcl", request={"bucketName": "b", "x-amz-acl": "public-read"})
PRIVATE = cloudtrail_event("s3:PutBucketAcl", request={"bucketName": "b", "x-amz-acl": "private"})


def acl_of(event: CloudTrailEvent) -> str:
    return str(event.request_parameters.get("x-amz-acl"))


def declared(**more: object) -> Callable[[Callable[..., object]], Rule]:
    """Declare a rule about ACLs of buckets, with whatever differs."""
    given = {"on": "s3:PutBucketAcl", "severity": Severity.HIGH, "title": "Public ACL", "references": DOCS}
    return rule(**given | more)  # type: ignore[arg-type]  # declarations that are wrong on purpose


def examples_of(*tests: Callable[[], object]) -> list[Example]:
    """Run a rule's tests, as far as each goes, and return what they handed to it."""
    found: list[Example] = []
    keep = found.append
    LISTENERS.append(keep)
    try:
        for test in tests:
            with suppress(AssertionError):
                test()
    finally:
        LISTENERS.remove(keep)
    return found


def judged(checked: Rule, bad: Event = PUBLIC, good: Event = PRIVATE) -> list[Example]:
    return examples_of(
        lambda: assert_violates(checked, bad),
        lambda: assert_complies(checked, good),
    )


# Lint


def test_the_right_rule_has_nothing_against_it() -> None:
    """The near miss of all that follows."""

    @declared()
    def public_acl(event: CloudTrailEvent) -> str | None:
        """A bucket that everybody may read."""
        return f"it is {acl_of(event)}" if acl_of(event).startswith("public") else None

    examples = judged(public_acl)

    assert lint([public_acl]) == []
    assert broken(public_acl, examples) == []
    assert coverage_of(examples).loose == ()
    assert coverage_of(examples).missed == ()


@pytest.mark.parametrize(
    ("on", "told"),
    [
        ("s3:PutBucketACL", "PutBucketAcl"),
        ("s4:PutBucketAcl", "no service 's4'"),
        ("iam:PassRole", "PassRole"),
        ("lambda:CreateFunction20150331", "lambda:CreateFunction"),
        ("ec2:Remove*", "ec2:Remove*"),
        ("*:*", "everything"),
        (Match("s3:PutBucketAcl", identity="root"), "Root"),
        (Match("s3:PutBucketAcl", read_only=True), "read_only"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_rule_that_can_never_match_or_always_does(on: str | Match, told: str) -> None:
    @declared(on=on)
    def public_acl(event: CloudTrailEvent) -> str:
        """A bucket that everybody may read."""
        return event.action

    (finding,) = lint([public_acl])

    assert finding.rule_id == "public-acl"
    assert told in f"{finding.problem} {finding.fix}"


def test_resource_type_that_is_none() -> None:
    @declared(on="AWS::S3::Buckets")
    def public_acl(item: ConfigurationItem) -> str:
        """A bucket that everybody may read."""
        return item.resource_id

    (finding,) = lint([public_acl])

    assert "AWS::S3::Bucket" in finding.fix + finding.problem


def test_parameter_that_the_api_does_not_have() -> None:
    """The rule and its tests agree, and both are wrong."""

    @declared(on="ec2:AuthorizeSecurityGroupIngress")
    def group_opened(event: CloudTrailEvent) -> str | None:
        """A security group was opened."""
        return "opened" if event.request_parameters.get("ipPermision") else None

    (finding,) = lint([group_opened])

    assert "ipPermision" in finding.problem
    assert "ipPermissions" in finding.problem + finding.fix


# The contract


def test_wrong_path_in_the_rule() -> None:
    @declared()
    def public_acl(event: CloudTrailEvent) -> str | None:
        """A bucket that everybody may read."""
        acl = event.search('requestParameters."x-amz-acls"')
        return f"it is {acl}" if "public" in str(acl) else None

    examples = judged(public_acl)

    assert any("complies" in problem and "violates" in problem for problem in broken(public_acl, examples))
    assert coverage_of(examples).missed == (
        ('requestParameters."x-amz-acls"', 'requestParameters."x-amz-acl"'),
    )


def test_inverted_condition() -> None:
    @declared()
    def public_acl(event: CloudTrailEvent) -> str | None:
        """A bucket that everybody may read."""
        return None if acl_of(event).startswith("public") else "it is public"

    problems = broken(public_acl, judged(public_acl))

    assert len([problem for problem in problems if problem.startswith("has examples")]) == 2


def test_missing_check_for_null() -> None:
    @declared()
    def public_acl(event: CloudTrailEvent) -> str | None:
        """A bucket that everybody may read."""
        return "it is public" if event.request_parameters["x-amz-acl"].startswith("public") else None

    problems = broken(public_acl, judged(public_acl))

    assert problems
    assert all(problem.startswith("never raises") for problem in problems)
    assert any('requestParameters."x-amz-acl" is null' in problem for problem in problems)


def test_rule_that_is_never_asked_about_what_it_is_for() -> None:
    """A call that failed never comes to a rule that wants others, and its test only calls it."""

    @declared()
    def acl_refused(event: CloudTrailEvent) -> str | None:
        """Somebody tried to make a bucket public."""
        return "refused" if event.error_code else None

    refused = cloudtrail_event("s3:PutBucketAcl", error="AccessDenied")
    called = Example(acl_refused, refused.raw, params=None, asked=False, fires=True)

    (problem, _) = broken(acl_refused, [called])

    assert "never asked about" in problem
    assert "outcome is 'success'" in problem


def test_event_that_is_changed() -> None:
    @declared()
    def public_acl(event: CloudTrailEvent) -> str | None:
        """A bucket that everybody may read."""
        acl = str(event.request_parameters.pop("x-amz-acl", None))
        return f"it is {acl}" if acl.startswith("public") else None

    assert [problem for problem in broken(public_acl, judged(public_acl)) if "changes the event" in problem]


def test_memory_between_events() -> None:
    seen: list[str] = []

    @declared()
    def public_acl(event: CloudTrailEvent) -> str | None:
        """A bucket that everybody may read."""
        seen.append(acl_of(event))
        return f"it is public, says call {len(seen)}" if acl_of(event).startswith("public") else None

    assert [problem for problem in broken(public_acl, judged(public_acl)) if "second time" in problem]


def test_evidence_that_json_cannot_say() -> None:
    @declared()
    def public_acl(event: CloudTrailEvent) -> Violation | None:
        """A bucket that everybody may read."""
        if not acl_of(event).startswith("public"):
            return None
        return Violation("it is public", evidence={"acls": {acl_of(event)}})

    assert [problem for problem in broken(public_acl, judged(public_acl)) if "JSON" in problem]


def test_no_near_miss() -> None:
    @declared()
    def public_acl(event: CloudTrailEvent) -> str:
        """A bucket that everybody may read."""
        return f"it is {acl_of(event)}"

    examples = examples_of(lambda: assert_violates(public_acl, PUBLIC))

    assert broken(public_acl, examples) == [
        "has examples: no test has a near miss: an event that almost violates, and complies"
    ]


# Coverage


def test_condition_that_no_test_pins_down() -> None:
    """The only event that complies differs in both."""

    @declared()
    def public_acl_by_root(event: CloudTrailEvent) -> str | None:
        """A bucket that everybody may read, by root."""
        is_root = event.user_identity is not None and event.user_identity.type == "Root"
        return "it is public" if acl_of(event).startswith("public") and is_root else None

    by_root = cloudtrail_event("s3:PutBucketAcl", request={"x-amz-acl": "public-read"}, actor=root())
    examples = judged(public_acl_by_root, by_root)

    assert broken(public_acl_by_root, examples) == []
    assert {condition.field for condition in coverage_of(examples).loose} == {
        'requestParameters."x-amz-acl"',
        "userIdentity.type",
    }
    examples += judged(public_acl_by_root, by_root, PUBLIC)
    assert [condition.field for condition in coverage_of(examples).loose] == ['requestParameters."x-amz-acl"']


def test_condition_on_an_item_that_no_test_pins_down() -> None:
    @declared(on="AWS::EC2::Volume")
    def volume_in_clear(item: ConfigurationItem) -> str | None:
        """A volume in use that is not encrypted."""
        used = item.configuration.get("state") == "in-use"
        return "it is not encrypted" if used and item.configuration.get("encrypted") is False else None

    def volume(state: str, *, encrypted: bool) -> ConfigurationItem:
        return configuration_item("AWS::EC2::Volume", {"state": state, "encrypted": encrypted})

    examples = judged(volume_in_clear, volume("in-use", encrypted=False), volume("in-use", encrypted=True))

    assert [condition.field for condition in coverage_of(examples).loose] == ["configuration.state"]
