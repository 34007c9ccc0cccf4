"""What `trailguard.testing` wraps is what AWS would deliver; unpacked here by the standard library alone."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus
from uuid import UUID

import pytest

from trailguard import CloudTrailEvent
from trailguard.testing import (
    SampleEvent,
    cloudtrail_event,
    cloudwatch_logs_event,
    firehose_event,
    kinesis_event,
    log_file,
    sns_event,
    sqs_event,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailguard.testing import Delivery

EVENT = cloudtrail_event("ec2:RunInstances", request={"name": "über"})
OTHER = cloudtrail_event("s3:DeleteBucket")
BUCKET = "amzn-s3-demo-bucket"


def only(items: Any) -> Any:
    (item,) = items
    return item


def gunzipped(data: bytes) -> Any:
    return json.loads(gzip.decompress(data))


def logs(content: bytes) -> list[Any]:
    """Read the messages of a batch of log events."""
    batch = gunzipped(content)
    assert batch["messageType"] == "DATA_MESSAGE"
    return [json.loads(event["message"]) for event in batch["logEvents"]]


def notification(text: str) -> Any:
    """Read the message of an SNS notification that lies in a queue."""
    content = json.loads(text)
    assert content["Type"] == "Notification"
    assert {"SigningCertURL", "UnsubscribeURL"} <= content.keys()
    return json.loads(content["Message"])


def in_sns(delivery: Delivery) -> Any:
    """Read the message that SNS hands to Lambda, where two keys are spelled otherwise."""
    record = only(delivery["Records"])
    assert record["EventSource"] == "aws:sns"
    assert {"SigningCertUrl", "UnsubscribeUrl"} <= record["Sns"].keys()
    return json.loads(record["Sns"]["Message"])


def in_sqs(delivery: Delivery) -> str:
    record = only(delivery["Records"])
    assert record["eventSource"] == "aws:sqs"
    assert record["md5OfBody"] == hashlib.md5(record["body"].encode(), usedforsecurity=False).hexdigest()
    body = record["body"]
    assert isinstance(body, str)
    return body


def in_kinesis(delivery: Delivery) -> bytes:
    record = only(delivery["Records"])
    assert record["eventSource"] == "aws:kinesis"
    assert record["eventID"] == f"shardId-000000000000:{record['kinesis']['sequenceNumber']}"
    return base64.b64decode(record["kinesis"]["data"])


def in_firehose(delivery: Delivery) -> bytes:
    return base64.b64decode(only(delivery["records"])["data"])


def named(notified: Any, delivery: Delivery) -> Any:
    """Read the object that an S3 notification names."""
    record = only(notified["Records"])
    assert record["eventSource"] == "aws:s3"
    stored = record["s3"]
    return delivery.objects[stored["bucket"]["name"], unquote_plus(stored["object"]["key"])]


UNPACKED: dict[str, tuple[Delivery, Callable[[Delivery], Any]]] = {
    "record": (EVENT.as_record(), dict),
    "log file": (EVENT.as_log_file(), lambda d: only(d["Records"])),
    "log file's content": (EVENT.as_log_file(), lambda d: only(gunzipped(d.content)["Records"])),
    "logs": (EVENT.as_cloudwatch_logs(), lambda d: only(logs(base64.b64decode(d["awslogs"]["data"])))),
    "logs in kinesis": (EVENT.as_cloudwatch_logs().as_kinesis(), lambda d: only(logs(in_kinesis(d)))),
    "logs in firehose": (EVENT.as_cloudwatch_logs().as_firehose(), lambda d: only(logs(in_firehose(d)))),
    "eventbridge": (EVENT.as_eventbridge(), lambda d: d["detail"]),
    "eventbridge in logs": (
        EVENT.as_eventbridge().as_cloudwatch_logs(),
        lambda d: only(logs(d.content))["detail"],
    ),
    "eventbridge in sqs": (EVENT.as_eventbridge().as_sqs(), lambda d: json.loads(in_sqs(d))["detail"]),
    "sns": (EVENT.as_sns(), in_sns),
    "sns in sqs": (EVENT.as_sns().as_sqs(), lambda d: notification(in_sqs(d))),
    "sns in sqs, raw": (EVENT.as_sns(raw_delivery=True).as_sqs(), lambda d: json.loads(in_sqs(d))),
    "s3": (EVENT.as_s3_notification(), lambda d: only(gunzipped(named(d, d))["Records"])),
    "s3 in sns in sqs": (
        EVENT.as_s3_notification().as_sns().as_sqs(),
        lambda d: only(gunzipped(named(notification(in_sqs(d)), d))["Records"]),
    ),
    "logs in s3 in sqs": (
        EVENT.as_cloudwatch_logs().as_s3_notification().as_sqs(),
        lambda d: only(logs(named(json.loads(in_sqs(d)), d))),
    ),
    "s3 by eventbridge": (
        EVENT.as_s3_eventbridge(),
        lambda d: only(gunzipped(d.objects[BUCKET, d["detail"]["object"]["key"]])["Records"]),
    ),
    "trail's own sns": (
        EVENT.as_trail_notification(),
        lambda d: only(gunzipped(d.objects[BUCKET, only(in_sns(d)["s3ObjectKey"])])["Records"]),
    ),
    "LookupEvents": (EVENT.as_lookup_events(), lambda d: json.loads(only(d["Events"])["CloudTrailEvent"])),
    "Lake": (
        EVENT.as_lake_rows(),
        lambda d: json.loads(only(only(d["QueryResultRows"]))["eventJson"]),
    ),
}


@pytest.mark.parametrize(("delivery", "unpack"), UNPACKED.values(), ids=UNPACKED)
def test_record_is_in_it(delivery: Delivery, unpack: Callable[[Delivery], Any]) -> None:
    """As it was; and Lambda could hand it over as JSON."""
    assert unpack(delivery) == EVENT.raw
    assert json.loads(json.dumps(delivery)) == dict(delivery)


@pytest.mark.parametrize(
    "wrap",
    [
        lambda event: event.as_s3_notification().as_sns().as_sqs(fifo=True),
        lambda event: event.as_cloudwatch_logs().as_kinesis(),
        lambda event: event.as_eventbridge().as_firehose(),
    ],
)
def test_same_event_makes_the_same_delivery(wrap: Any) -> None:
    """And another event another one, ids included."""
    again = cloudtrail_event("ec2:RunInstances", request={"name": "über"})

    assert (wrap(EVENT), wrap(EVENT).objects) == (wrap(again), wrap(again).objects)
    assert wrap(EVENT) != wrap(OTHER)


def test_messages_of_a_batch_have_ids_of_their_own() -> None:
    """Even where their bodies are equal; of the form that AWS gives them."""
    bodies = [EVENT, EVENT, OTHER]
    sqs = [record["messageId"] for record in sqs_event(bodies)["Records"]]
    kinesis = [record["kinesis"]["sequenceNumber"] for record in kinesis_event(bodies)["Records"]]
    firehose = [record["recordId"] for record in firehose_event(bodies)["records"]]

    assert [len(set(ids)) for ids in (sqs, kinesis, firehose)] == [3, 3, 3]
    assert [str(UUID(one)) for one in sqs] == sqs
    assert kinesis == sorted(kinesis, key=int)
    assert all(re.fullmatch(r"\d{56}", number) for number in kinesis)
    assert all(re.fullmatch(r"\d{56,}", record_id) for record_id in firehose)


def test_fifo_queue_shows_in_what_it_delivers() -> None:
    fifo, standard = (only(EVENT.as_sqs(fifo=fifo)["Records"]) for fifo in (True, False))
    extra = {"SequenceNumber", "MessageGroupId", "MessageDeduplicationId"}

    assert fifo["eventSourceARN"].endswith(".fifo")
    assert not standard["eventSourceARN"].endswith(".fifo")
    assert fifo["attributes"].keys() - standard["attributes"].keys() == extra


def test_key_is_encoded_in_notifications_alone() -> None:
    key = "logs/a+b c=ü.json.gz"

    by_s3 = EVENT.as_s3_notification(key=key)
    by_eventbridge = EVENT.as_s3_eventbridge(key=key)

    assert only(by_s3["Records"])["s3"]["object"]["key"] == "logs/a%2Bb+c%3D%C3%BC.json.gz"
    assert by_eventbridge["detail"]["object"]["key"] == key
    assert by_s3.objects.keys() == by_eventbridge.objects.keys() == {(BUCKET, key)}


def test_log_file_lies_where_cloudtrail_puts_it() -> None:
    ((_, key),) = EVENT.as_s3_notification().objects

    assert re.fullmatch(
        r"AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/"
        r"111122223333_CloudTrail_us-east-1_20260302T0905Z_[A-Za-z0-9]{16}\.json\.gz",
        key,
    )


def test_batch_brings_the_objects_of_all_it_holds() -> None:
    first, second = EVENT.as_s3_notification(key="a"), OTHER.as_s3_notification(key="b").as_sns()

    assert sqs_event([first, second, "text"]).objects == {**first.objects, **second.objects}


def test_version_is_told_where_there_is_one() -> None:
    assert only(EVENT.as_s3_notification(version_id="v1")["Records"])["s3"]["object"]["versionId"] == "v1"
    assert "versionId" not in only(EVENT.as_s3_notification()["Records"])["s3"]["object"]
    assert EVENT.as_s3_eventbridge(version_id="v1")["detail"]["object"]["version-id"] == "v1"


@pytest.mark.parametrize(
    "wrap", [sns_event, lambda one: sqs_event([one]), lambda one: cloudwatch_logs_event([one])]
)
def test_carrier_of_text_refuses_bytes_that_are_none(wrap: Any) -> None:
    """As AWS does; the error says what would do."""
    with pytest.raises(ValueError, match=r"not UTF-8.*base64\.b64encode"):
        wrap(EVENT.as_log_file())

    assert wrap(base64.b64encode(EVENT.as_log_file().content))


@pytest.mark.parametrize("make", [sqs_event, kinesis_event, firehose_event, cloudwatch_logs_event])
@pytest.mark.parametrize(
    "one", [EVENT, EVENT.as_record(), EVENT.raw, "text", b"bytes"], ids=lambda one: type(one).__name__
)
def test_batch_of_one_is_a_list_of_one(make: Any, one: Any) -> None:
    """A text is never meant as a batch of its letters, nor a dictionary as one of its keys."""
    with pytest.raises(TypeError, match=r"\[it\] will do"):
        make(one)


def test_sample_is_an_event_like_any_other() -> None:
    """To rules, to comparisons and to those who read its type."""
    read = CloudTrailEvent.model_validate(EVENT.raw)

    assert isinstance(EVENT, SampleEvent)
    assert isinstance(EVENT, CloudTrailEvent)
    assert EVENT == read  # noqa: SIM300  # both ways
    assert read == EVENT
    assert EVENT != OTHER
    assert EVENT.actor == read.actor


def test_sign_in_has_eventbridge_s_own_type() -> None:
    assert cloudtrail_event("signin:ConsoleLogin").as_eventbridge()["detail-type"] == (
        "AWS Console Sign In via CloudTrail"
    )
    assert EVENT.as_eventbridge(detail_type="Other")["detail-type"] == "Other"


@pytest.mark.parametrize("event_type", ["AwsVpceEvent", "AwsVpceEvents"])
def test_network_activity_has_eventbridge_s_own_type(event_type: str) -> None:
    """AWS's documentation spells the event's type in both ways."""
    event = cloudtrail_event("ec2:RunInstances", eventType=event_type)

    assert event.as_eventbridge()["detail-type"] == "AWS Network Activity Event via CloudTrail"


@pytest.mark.parametrize(("read_only", "text"), [(True, "true"), (False, "false"), (None, "false")])
def test_lookup_events_says_in_text_what_only_reads(*, read_only: bool | None, text: str) -> None:
    """The record has a truth value there, or nothing."""
    found = only(cloudtrail_event("ec2:RunInstances", readOnly=read_only).as_lookup_events()["Events"])

    assert found["ReadOnly"] == text


def test_log_events_are_in_the_group_and_stream_that_were_asked_for() -> None:
    named_so = gunzipped(EVENT.as_cloudwatch_logs(log_group="group", log_stream="stream").content)
    by_default = gunzipped(EVENT.as_cloudwatch_logs().content)

    assert (named_so["logGroup"], named_so["logStream"]) == ("group", "stream")
    assert by_default["logStream"] == "111122223333_CloudTrail_us-east-1"


def test_log_file_of_one_is_the_same_as_by_itself() -> None:
    assert EVENT.as_log_file().content == log_file([EVENT])
