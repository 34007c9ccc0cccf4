"""One event in every shape and nesting in which AWS delivers: the same verdict, with the same id.

The wrapping is done by `trailguard.testing`, which knows nothing of how trailguard unwraps. Objects lie in a
real S3 as far as boto3 can tell: a server on loopback.
"""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from trailguard import Guard
from trailguard.message import to_json
from trailguard.settings import Settings
from trailguard.testing import (
    Delivery,
    cloudtrail_event,
    cloudwatch_logs_event,
    kinesis_event,
    sqs_event,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_s3 import S3Client

    from trailguard.testing import SampleEvent

RULE = "internet-gateway-attached"
GATEWAY = {"internetGatewayId": "igw-0example", "vpcId": "vpc-0example"}
ATTACHED = cloudtrail_event("ec2:AttachInternetGateway", request=GATEWAY)
REFUSED = cloudtrail_event("ec2:AttachInternetGateway", request=GATEWAY, error="Client.UnauthorizedOperation")
BUCKET = "every-delivery"


def firehose_file(event: SampleEvent) -> Delivery:
    """Two batches of log events in a row, without a separator, as Firehose writes them to S3."""
    batch = event.as_cloudwatch_logs().content
    other = cloudwatch_logs_event([cloudtrail_event("ec2:DescribeVpcs")]).content
    return Delivery({}, content=gzip.decompress(other) + gzip.decompress(batch))


def zlibbed(event: SampleEvent) -> dict[str, Any]:
    content = zlib.compress(gzip.decompress(event.as_cloudwatch_logs().content))
    return {"awslogs": {"data": base64.b64encode(content).decode()}}


SHAPES: dict[str, Callable[[SampleEvent], Any]] = {
    "record": lambda e: e.as_record(),
    "array": lambda e: [e.raw],
    "log file": lambda e: e.as_log_file(),
    "log file, gzipped": lambda e: e.as_log_file().content,
    "JSON Lines": lambda e: e.content + b"\n" + cloudtrail_event("ec2:DescribeVpcs").content,
    "logs": lambda e: e.as_cloudwatch_logs(),
    "logs by zlib": zlibbed,
    "logs in kinesis": lambda e: e.as_cloudwatch_logs().as_kinesis(),
    "logs in firehose": lambda e: e.as_cloudwatch_logs().as_firehose(),
    "logs in firehose in s3": lambda e: firehose_file(e).as_s3_notification(bucket=BUCKET),
    "logs in firehose in s3 in sns in sqs": (
        lambda e: firehose_file(e).as_s3_notification(bucket=BUCKET).as_sns().as_sqs()
    ),
    "logs in firehose in s3, gzipped": lambda e: e.as_cloudwatch_logs().as_s3_notification(bucket=BUCKET),
    "eventbridge": lambda e: e.as_eventbridge(),
    "eventbridge in sqs": lambda e: e.as_eventbridge().as_sqs(),
    "eventbridge in fifo sqs": lambda e: e.as_eventbridge().as_sqs(fifo=True),
    "eventbridge in sns": lambda e: e.as_eventbridge().as_sns(),
    "eventbridge in sns in sqs": lambda e: e.as_eventbridge().as_sns().as_sqs(),
    "eventbridge in sns in sqs, raw": lambda e: e.as_eventbridge().as_sns(raw_delivery=True).as_sqs(),
    "eventbridge in kinesis": lambda e: e.as_eventbridge().as_kinesis(),
    "eventbridge in firehose": lambda e: e.as_eventbridge().as_firehose(),
    "eventbridge in logs": lambda e: e.as_eventbridge().as_cloudwatch_logs(),
    "eventbridge in logs in kinesis": lambda e: e.as_eventbridge().as_cloudwatch_logs().as_kinesis(),
    "eventbridge in firehose in s3": lambda e: e.as_eventbridge().as_s3_notification(bucket=BUCKET),
    "record in sqs": lambda e: e.as_sqs(),
    "record in sns": lambda e: e.as_sns(),
    "record in sns in sqs": lambda e: e.as_sns().as_sqs(),
    "record in kinesis": lambda e: e.as_kinesis(),
    "record in firehose": lambda e: e.as_firehose(),
    "log file in kinesis": lambda e: e.as_log_file().as_kinesis(),
    "log file in sqs, as base64": lambda e: sqs_event([base64.b64encode(e.as_log_file().content).decode()]),
    "s3": lambda e: e.as_s3_notification(bucket=BUCKET),
    "s3, odd key": lambda e: e.as_s3_notification(bucket=BUCKET, key="a+b c/ü=%2B.json.gz"),
    "s3 in sqs": lambda e: e.as_s3_notification(bucket=BUCKET).as_sqs(),
    "s3 in fifo sqs": lambda e: e.as_s3_notification(bucket=BUCKET).as_sqs(fifo=True),
    "s3 in sns": lambda e: e.as_s3_notification(bucket=BUCKET).as_sns(),
    "s3 in sns in sqs": lambda e: e.as_s3_notification(bucket=BUCKET).as_sns().as_sqs(),
    "s3 in sns in sqs, raw": lambda e: e.as_s3_notification(bucket=BUCKET).as_sns(raw_delivery=True).as_sqs(),
    "s3 by eventbridge": lambda e: e.as_s3_eventbridge(bucket=BUCKET),
    "s3 by eventbridge in sqs": lambda e: e.as_s3_eventbridge(bucket=BUCKET).as_sqs(),
    "s3 by eventbridge in sns in sqs": lambda e: e.as_s3_eventbridge(bucket=BUCKET).as_sns().as_sqs(),
    "s3 by eventbridge in kinesis": lambda e: e.as_s3_eventbridge(bucket=BUCKET).as_kinesis(),
    "trail's own sns": lambda e: e.as_trail_notification(bucket=BUCKET),
    "trail's own sns in sqs": lambda e: e.as_trail_notification(bucket=BUCKET).as_sqs(),
    "trail's own sns in sqs, raw": (
        lambda e: e.as_trail_notification(bucket=BUCKET, raw_delivery=True).as_sqs()
    ),
    "LookupEvents": lambda e: e.as_lookup_events(),
    "Lake": lambda e: e.as_lake_rows(),
}


@pytest.fixture(name="stored", scope="module")
def _stored(s3: S3Client) -> Callable[[Any], Any]:
    """Put the objects of which a delivery speaks into S3."""
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})

    def store(payload: Any) -> Any:
        for (bucket, key), data in payload.objects.items() if isinstance(payload, Delivery) else ():
            s3.put_object(Bucket=bucket, Key=key, Body=data)
        return payload

    return store


@pytest.fixture(name="guard", scope="module")
def _guard(s3: S3Client) -> Guard:
    return Guard.from_settings(Settings(), only=[RULE], notifiers=(), s3=s3)


@pytest.mark.parametrize("shape", SHAPES)
def test_verdict_is_the_same_however_the_event_comes(
    shape: str, guard: Guard, stored: Callable[[Any], Any]
) -> None:
    [expected] = guard.judge([ATTACHED.raw]).verdicts

    report = guard.judge(stored(SHAPES[shape](ATTACHED)))

    assert report.failures == ()
    assert [verdict.id for verdict in report.verdicts] == [expected.id]
    assert json.loads(to_json(report.verdicts[0])) | {"origin": "payload"} == json.loads(
        to_json(expected)
    ) | {"origin": "payload"}


@pytest.mark.parametrize("shape", SHAPES)
def test_near_miss_gives_none_however_it_comes(
    shape: str, guard: Guard, stored: Callable[[Any], Any]
) -> None:
    """The same call, refused: it is seen, and it is all right."""
    report = guard.judge(stored(SHAPES[shape](REFUSED)))

    assert (report.verdicts, report.failures) == ((), ())
    assert report.counts.seen == report.counts.unrouted > 0


@pytest.mark.parametrize("shape", SHAPES)
def test_payload_may_be_a_file(shape: str, guard: Guard, stored: Callable[[Any], Any]) -> None:
    """A Lambda event that was saved is judged as it would be in the function, pretty-printed or not."""
    payload = stored(SHAPES[shape](ATTACHED))
    texts = [payload] if isinstance(payload, bytes) else [json.dumps(payload), json.dumps(payload, indent=2)]

    for text in texts:
        assert len(guard.judge(text).verdicts) == 1


def test_all_shapes_at_once_are_judged_once(guard: Guard, stored: Callable[[Any], Any]) -> None:
    """It is one event, through whatever channels it comes; all the others are counted as repeats."""
    payloads = [stored(SHAPES[shape](ATTACHED)) for shape in SHAPES]
    objects = [payload for payload in payloads if isinstance(payload, dict)]

    report = guard.judge(b"\n".join(json.dumps(payload).encode() for payload in objects))

    assert len(report.verdicts) == 1
    assert report.counts.repeated == len(objects) - 1
    assert report.failures == ()


def test_there_are_enough_of_them() -> None:
    """Raw delivery by SNS makes the same message as none; everything else differs on the wire."""
    wires = {json.dumps(make(ATTACHED), default=repr) for make in SHAPES.values()}

    assert len(wires) >= 40


def test_batches_of_many_events_are_judged_event_by_event(guard: Guard) -> None:
    """In the order of the batch."""
    events = [cloudtrail_event("ec2:AttachInternetGateway", eventID=f"event-{n}") for n in range(20)]

    for delivery in (cloudwatch_logs_event(events), kinesis_event(events), sqs_event(events)):
        verdicts = guard.judge(delivery).verdicts

        assert [verdict.event_id for verdict in verdicts] == [event.event_id for event in events]


# What is no call of an API


INSIGHT = {
    "eventVersion": "1.08",
    "eventTime": "2026-03-02T09:00:00Z",
    "awsRegion": "us-east-1",
    "eventID": "11111111-2222-3333-4444-555555555555",
    "eventType": "AwsCloudTrailInsight",
    "recipientAccountId": "111122223333",
    "sharedEventID": "66666666-7777-8888-9999-000000000000",
    "insightDetails": {
        "state": "Start",
        "eventSource": "ec2.amazonaws.com",
        "eventName": "AttachInternetGateway",
        "insightType": "ApiCallRateInsight",
    },
    "eventCategory": "Insight",
}
AGGREGATED = {
    "eventVersion": "1.0",
    "accountId": "111122223333",
    "eventId": "11111111-2222-3333-4444-555555555555",
    "eventCategory": "Aggregated",
    "eventType": "AwsAggregatedEvent",
    "awsRegion": "us-east-1",
    "timeWindow": {"windowStart": "2026-03-02T09:00:00Z", "windowSize": "PT5M"},
    "summary": {"primaryDimension": {"dimension": "eventName", "statistics": []}},
}
NETWORK = {
    "eventVersion": "1.09",
    "eventTime": "2026-03-02T09:00:00Z",
    "eventSource": "ec2.amazonaws.com",
    "eventName": "AttachInternetGateway",
    "awsRegion": "us-east-1",
    "sourceIPAddress": "10.0.0.1",
    "userIdentity": {"type": "AWSAccount", "principalId": "AIDACKCEVSQ6C2EXAMPLE"},
    "errorCode": "VpceAccessDenied",
    "eventID": "11111111-2222-3333-4444-555555555555",
    "eventType": "AwsVpceEvent",
    "recipientAccountId": "111122223333",
    "vpcEndpointId": "vpce-0example",
    "eventCategory": "NetworkActivity",
}


def in_every_carrier(record: dict[str, Any], detail_type: str) -> list[Any]:
    text = json.dumps(record)
    envelope = ATTACHED.as_eventbridge() | {"detail-type": detail_type, "detail": record}
    return [
        record,
        [record],
        {"Records": [record]},
        cloudwatch_logs_event([text]),
        kinesis_event([text]),
        sqs_event([text, json.dumps({"Records": [record | {"eventID": "other", "eventId": "other"}]})]),
        envelope,
        sqs_event([json.dumps(envelope)]),
    ]


@pytest.mark.parametrize(
    ("record", "detail_type", "reason"),
    [
        (INSIGHT, "AWS Insight via CloudTrail", "a CloudTrail Insights event"),
        (AGGREGATED, "AWS Aggregated Event via CloudTrail", "a CloudTrail aggregated event"),
    ],
    ids=["insight", "aggregated"],
)
def test_event_about_activity_is_ignored_with_a_reason(
    record: dict[str, Any], detail_type: str, reason: str, guard: Guard
) -> None:
    """A rule about an action must not fire on a statistic of it."""
    for payload in in_every_carrier(record, detail_type):
        report = guard.judge(payload)

        assert (report.verdicts, report.failures) == ((), ())
        assert report.counts.ignored_because == {reason: report.counts.seen}
        assert report.counts.seen > 0


def test_network_activity_is_judged_by_its_outcome(guard: Guard) -> None:
    """An endpoint let the call through, or did not."""
    for payload in in_every_carrier(NETWORK, "AWS Network Activity Event via CloudTrail"):
        assert guard.judge(payload).counts.unrouted == guard.judge(payload).counts.seen > 0
    allowed = {key: value for key, value in NETWORK.items() if key != "errorCode"}
    for payload in in_every_carrier(allowed, "AWS Network Activity Event via CloudTrail"):
        assert guard.judge(payload).verdicts
