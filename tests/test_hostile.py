"""Whatever comes is judged, refused by its shape, or told as a failure: never a crash, never a silence."""

from __future__ import annotations

import copy
import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailguard import CloudTrailEvent, Engine, Guard, Severity, rule
from trailguard.errors import SettingsError, UnfinishedError, UnsupportedEvent
from trailguard.record import DecodeFailure, ReadFailure
from trailguard.rules import BUILTIN_RULES
from trailguard.testing import (
    assumed_role,
    cloudtrail_event,
    cloudwatch_logs_event,
    firehose_event,
    kinesis_event,
    root,
    sns_event,
    sqs_event,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

some = settings(max_examples=150)

SHARED = Path(__file__).parents[2] / "shared" / "data"

EVENTS = [
    cloudtrail_event(
        "ec2:AuthorizeSecurityGroupIngress",
        actor=root(),
        request={
            "groupId": "sg-0example",
            "ipPermissions": {
                "items": [{"ipProtocol": "-1", "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]}}]
            },
        },
    ),
    cloudtrail_event("ec2:CreateRoute", request={"destinationCidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"}),
    cloudtrail_event(
        "iam:UpdateAssumeRolePolicy",
        actor=assumed_role(),
        request={
            "roleName": "a",
            "policyDocument": json.dumps(
                {"Statement": {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}}
            ),
        },
    ),
    cloudtrail_event("ec2:AttachInternetGateway", error="Client.UnauthorizedOperation"),
    cloudtrail_event("signin:ConsoleLogin", mfa=False),
    cloudtrail_event("s3:GetObject"),
]
DELIVERIES = [
    delivery
    for event in EVENTS[:2]
    for delivery in (
        event.as_record(),
        event.as_log_file(),
        event.as_cloudwatch_logs(),
        event.as_eventbridge(),
        event.as_sns(),
        event.as_sns().as_sqs(fifo=True),
        event.as_cloudwatch_logs().as_kinesis(),
        event.as_firehose(),
        event.as_s3_notification(),
        event.as_s3_eventbridge().as_sqs(),
        event.as_trail_notification(),
        event.as_lookup_events(),
        event.as_lake_rows(),
        sqs_event([event, "poison", EVENTS[2]]),
    )
]

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@rule(on="*:*", outcome="any", severity=Severity.INFO, title="Anything at all")
def everything(event: CloudTrailEvent) -> str:
    return event.action


class NoS3:
    """Has no object to give; that is S3's answer to whoever asks for one that is gone."""

    def get_object(self, **_: Any) -> Any:
        raise ConnectionError("there is no S3 here")


GUARD = Guard(Engine([*BUILTIN_RULES, everything]), s3=NoS3())  # type: ignore[arg-type]


def paths(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to everything in a JSON value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*at, key)
        yield from paths(one, (*at, key))


def changed(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """Return a copy in which something is other than it was; ``...`` for gone."""
    value = copy.deepcopy(value)
    inner = value
    for key in path[:-1]:
        inner = inner[key]
    if new is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = new
    return value


@st.composite
def damaged(draw: st.DrawFn, values: list[Any]) -> Any:
    """Drop, null or retype any field of one of these, however deep it is."""
    value = json.loads(json.dumps(draw(st.sampled_from(values))))
    path = draw(st.sampled_from(list(paths(value))))
    return changed(value, path, draw(st.sampled_from([..., None]) | JSON))


def judged(payload: Any) -> None:
    """Judge; whatever comes of it adds up, and says what it has to say."""
    try:
        report = GUARD.judge(payload)
    except (UnsupportedEvent, SettingsError):  # the latter where a config rule has parameters of its own
        return
    counts = report.counts
    assert counts.seen == counts.unrouted + counts.judged + counts.ignored + counts.failed
    assert counts.failed == sum(isinstance(failure, DecodeFailure) for failure in report.failures)
    assert counts.unread == sum(isinstance(failure, ReadFailure) for failure in report.failures)
    assert counts.rule_failures == 0
    assert all(failure.origin and failure.error for failure in report.failures)


@some
@given(damaged([event.raw for event in EVENTS]), st.integers(0, 5))
def test_damaged_record_meets_one_fate_in_every_carrier(record: Any, carrier: int) -> None:
    """Any field dropped, null or of another type: no rule fails, and the record is counted once."""
    wrap: Any = [cloudwatch_logs_event, sqs_event, kinesis_event, firehose_event, list, None][carrier]
    texts = [json.dumps(record), EVENTS[0].content.decode()]
    payload = {"Records": [record, EVENTS[0].raw]} if wrap is None else wrap(texts)

    report = GUARD.judge([record, EVENTS[0].raw] if wrap is list else payload)

    assert report.counts.seen == 2
    assert report.counts.rule_failures == 0
    judged(payload)


@some
@given(damaged(DELIVERIES))
def test_damaged_delivery_is_judged_refused_or_told(delivery: Any) -> None:
    for payload in (delivery, json.dumps(delivery), gzip.compress(json.dumps(delivery).encode())):
        judged(payload)


@some
@given(damaged(DELIVERIES))
def test_damaged_delivery_is_answered(delivery: Any) -> None:
    """By an answer of the right form, or an exception that has it delivered again."""
    try:
        answer = GUARD.handle(delivery)
    except (UnfinishedError, UnsupportedEvent):
        return
    json.dumps(answer)
    assert answer.keys() in (
        {"batchItemFailures"},
        {"records"},
        {"records", "ignored_because", "verdicts", "suppressed", "below", "failures"},
    )


@some
@given(st.lists(JSON.map(json.dumps) | st.text(max_size=20), max_size=4))
def test_any_text_in_any_carrier_is_judged_or_told(texts: list[str]) -> None:
    for wrap in (sqs_event, kinesis_event, firehose_event, cloudwatch_logs_event):
        judged(wrap(texts))
    for text in texts:
        judged(sns_event(text).as_sqs())


@some
@given(st.lists(st.binary(max_size=40) | st.binary(max_size=40).map(gzip.compress), max_size=4))
def test_any_bytes_in_any_carrier_are_judged_or_told(contents: list[bytes]) -> None:
    judged(kinesis_event(contents))
    judged(firehose_event(contents))


@some
@given(
    st.lists(
        st.sampled_from([json.dumps(event.raw) for event in EVENTS]) | JSON.map(json.dumps),
        min_size=1,
        max_size=5,
    )
)
def test_no_message_is_lost(texts: list[str]) -> None:
    """Each is judged, or is in the answer; none of those that are not objects is taken for an empty one."""
    hopeless = [n for n, text in enumerate(texts) if not text.startswith(("{", "["))]
    batch = sqs_event(texts)

    answer = GUARD.handle(batch)

    again = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
    assert {batch["Records"][n]["messageId"] for n in hopeless} <= again


@pytest.mark.skipif(not SHARED.is_dir(), reason="other projects' sample events are not here: ../shared/data")
def test_sample_events_of_other_projects() -> None:
    """Each is judged, refused or told; some are odd."""
    samples = [json.loads(path.read_text("utf-8")) for path in sorted((SHARED / "envelopes").glob("*.json"))]

    for sample in samples:
        judged(sample)
        judged(sqs_event([json.dumps(sample)]))

    assert len(samples) == 44


@pytest.mark.skipif(not SHARED.is_dir(), reason="real CloudTrail is not here: ../shared/data")
def test_real_records_damaged_in_every_field() -> None:
    """One of each kind of call, with each of its fields dropped, null and retyped."""
    records = [
        record
        for path in sorted((SHARED / "cloudtrail").glob("*.json.gz"))
        for record in json.loads(gzip.decompress(path.read_bytes()))["Records"]
    ]
    kinds = {
        (record["eventSource"], record["eventName"], record.get("errorCode")): record for record in records
    }
    variants = [
        changed(record, path, new)
        for record in list(kinds.values())[::4]
        for path in paths(record)
        for new in (..., None, 7, "odd", [], {})
    ]

    report = GUARD.judge({"Records": variants})

    assert len(variants) > 10_000
    assert report.counts.seen == len(variants)
    assert report.counts.rule_failures == 0
