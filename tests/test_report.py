from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailguard import CloudTrailEvent, Engine, Guard, Report, Severity, Verdict, rule
from trailguard.record import DecodeFailure, ReadFailure
from trailguard.report import Counts
from trailguard.testing import cloudtrail_event
from trailguard.verdict import Compliance, RuleFailure

RULE_FAILURE = RuleFailure("igw-attached", "event-1", "RunInstances", "record 1", "KeyError: 'x'")
DECODE_FAILURE = DecodeFailure("record 2", "not a JSON object", b"7")
READ_FAILURE = ReadFailure("missing", "no such file or folder")

# One record for each thing that can become of one.
FATES: dict[str, Any] = {
    "unrouted": cloudtrail_event("ec2:DescribeInstances").raw,
    "unrouted for its outcome": cloudtrail_event("ec2:CreateVpc", error="Client.UnauthorizedOperation").raw,
    "judged, and found wanting": cloudtrail_event("ec2:CreateVpc").raw,
    "judged, and found right": cloudtrail_event("ec2:DeleteVpc").raw,
    "judged, and a rule raised": cloudtrail_event("ec2:CreateSubnet").raw,
    "ignored": {"eventType": "AwsCloudTrailInsight", "eventVersion": "1.11"},
    "failed": {"eventVersion": "1.11", "eventSource": "ec2.amazonaws.com"},
    "failed as a scalar": 7,
}


@rule(on=["ec2:Create*", "ec2:Delete*"], severity=Severity.HIGH, title="Networks come and go")
def network_changed(event: CloudTrailEvent) -> str | None:
    if event.event_name == "CreateSubnet":
        raise LookupError("subnet")
    return "a network came" if event.event_name == "CreateVpc" else None


@rule(on="ec2:DescribeVpcs", severity=Severity.LOW, title="Somebody looks around")
def looks_around(_: CloudTrailEvent) -> str:
    return "looks around"


def verdict(severity: Severity) -> Verdict:
    return Verdict(
        id="1",
        rule_id="igw-attached",
        compliance=Compliance.NON_COMPLIANT,
        severity=severity,
        title="Internet gateway attached",
        reason="why",
    )


def guard() -> Guard:
    return Guard(Engine([network_changed, looks_around]))


def judge(*records: Any) -> Report:
    return guard().judge(json.dumps({"Records": records}))


def test_nothing_was_seen_yet() -> None:
    counts = Counts()

    assert (counts.seen, counts.ignored, counts.complete) == (0, 0, True)


@pytest.mark.parametrize(
    ("notice", "counted"),
    [
        (verdict(Severity.HIGH), {"verdicts": Counter({Severity.HIGH: 1})}),
        (RULE_FAILURE, {"rule_failures": 1}),
        (DECODE_FAILURE, {"failed": 1}),
        (READ_FAILURE, {"unread": 1}),
    ],
    ids=lambda one: type(one).__name__ if not isinstance(one, dict) else "",
)
def test_each_notice_is_counted_as_what_it_is(notice: Any, counted: dict[str, Any]) -> None:
    counts = Counts()

    counts.add(notice)

    assert counts == Counts(**counted)


def test_verdicts_are_counted_by_severity() -> None:
    counts = Counts()
    for severity in (Severity.HIGH, Severity.LOW, Severity.HIGH):
        counts.add(verdict(severity))

    assert counts.verdicts == {Severity.HIGH: 2, Severity.LOW: 1}
    assert counts.complete


@pytest.mark.parametrize(
    "failure", [RULE_FAILURE, DECODE_FAILURE, READ_FAILURE], ids=lambda one: type(one).__name__
)
def test_any_failure_makes_a_run_incomplete(failure: Any) -> None:
    """A verdict does not: it is what the run is for."""
    counts = Counts()
    counts.add(failure)

    assert not counts.complete


def test_what_cannot_be_read_is_no_record() -> None:
    """Nobody knows how many records it holds."""
    counts = Counts()
    counts.add(READ_FAILURE)

    assert counts.seen == 0


def test_counts_of_every_fate() -> None:
    """Each record has one fate, and the report says which."""
    report = judge(*FATES.values())

    assert report.counts == Counts(
        unrouted=2,
        judged=3,
        failed=2,
        ignored_because=Counter({"a CloudTrail Insights event": 1}),
        rule_failures=1,
        verdicts=Counter({Severity.HIGH: 1}),
    )
    assert report.counts.seen == len(FATES)
    assert [one.reason for one in report.verdicts] == ["a network came"]
    assert [type(one).__name__ for one in report.failures] == [
        "RuleFailure",
        "DecodeFailure",
        "DecodeFailure",
    ]


@given(st.lists(st.sampled_from(list(FATES.values())), max_size=8))
def test_counts_add_up(records: list[Any]) -> None:
    """Whatever is mixed with whatever: nothing is counted twice, and nothing is lost."""
    report = judge(*records)
    counts = report.counts

    assert counts.seen == len(records) == counts.unrouted + counts.judged + counts.ignored + counts.failed
    assert counts.verdicts.total() == len(report.verdicts)
    assert counts.failed + counts.rule_failures == len(report.failures)
    assert counts.complete == (not report.failures)


def test_payload_of_which_nothing_can_be_read_counts_as_one() -> None:
    report = guard().judge(b"this is not JSON")

    assert (report.counts.seen, report.counts.failed, len(report.failures)) == (1, 1, 1)


def test_report_cannot_be_changed() -> None:
    report = judge()

    with pytest.raises(AttributeError):
        report.verdicts = ()  # type: ignore[misc]  # that is the point
