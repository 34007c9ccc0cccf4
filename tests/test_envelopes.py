"""What is in each shape in which AWS delivers, and what is told of that which holds no event."""

from __future__ import annotations

import base64
import gzip
import json
import zlib
from typing import TYPE_CHECKING, Any

import pytest

from trailguard.decode import decode
from trailguard.envelopes import ENVELOPES
from trailguard.errors import UnsupportedEvent
from trailguard.record import (
    Batch,
    DecodeFailure,
    Ignored,
    ObjectRef,
    Origin,
    OversizedItem,
    Record,
)
from trailguard.shapes import SHAPES
from trailguard.testing import (
    cloudtrail_event,
    cloudwatch_logs_event,
    firehose_event,
    kinesis_event,
    sns_event,
    sqs_event,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

EVENT = cloudtrail_event("ec2:RunInstances", account_id="444455556666")
OTHER = cloudtrail_event("s3:DeleteBucket")
BUCKET = "amzn-s3-demo-bucket"
LOGS = "AWSLogs/111122223333/CloudTrail/us-east-1/2026/03/02/111122223333_CloudTrail_x.json.gz"


def take(payload: Any, **options: Any) -> list[Any]:
    """Decode, and take batches apart."""
    items = decode(payload, **options)
    return [one for item in items for one in (item.records() if isinstance(item, Batch) else [item])]


def bodies(items: Iterable[Any]) -> list[Any]:
    return [json.loads(bytes(item.raw)) for item in items if isinstance(item, Record)]


def only(payload: Any) -> Any:
    (item,) = take(payload)
    return item


def s3_record(key: str = LOGS, event_name: str = "ObjectCreated:Put", **stored: Any) -> dict[str, Any]:
    """Make one record of an S3 notification, with no more in it than is needed."""
    return {
        "eventSource": "aws:s3",
        "eventName": event_name,
        "s3": {"bucket": {"name": BUCKET}, "object": {"key": key, **stored}},
    }


def config_item(**changes: Any) -> dict[str, Any]:
    return {
        "resourceType": "AWS::EC2::Subnet",
        "resourceId": "subnet-0example",
        "awsAccountId": "111122223333",
        "configurationItemCaptureTime": "2026-03-02T09:00:00.000Z",
        "configurationItemStatus": "OK",
        "configuration": {"mapPublicIpOnLaunch": True},
        **changes,
    }


def config_message(kind: str, **more: Any) -> dict[str, Any]:
    return {"messageType": kind, "notificationCreationTime": "2026-03-02T09:00:00.000Z", **more}


# Messages: each is a place of its own, and the invoker knows it by its id


@pytest.mark.parametrize("fifo", [False, True])
def test_sqs_messages(fifo: bool) -> None:  # noqa: FBT001
    event = sqs_event([EVENT, OTHER], fifo=fifo)
    ids = [record["messageId"] for record in event["Records"]]

    items = take(event)

    assert bodies(items) == [EVENT.raw, OTHER.raw]
    assert [item.place for item in items] == [f"sqs {one}" for one in ids]
    assert [item.message_id for item in items] == ids


def test_sns_message_in_lambda() -> None:
    event = EVENT.as_sns()

    item = only(event)

    assert bodies([item]) == [EVENT.raw]
    assert item.place == f"sns {event['Records'][0]['Sns']['MessageId']}"


def test_sns_message_in_a_queue() -> None:
    """The queue's message is the one that the invoker knows."""
    event = EVENT.as_sns().as_sqs()
    (message_id,) = [record["messageId"] for record in event["Records"]]

    item = only(event)

    assert bodies([item]) == [EVENT.raw]
    assert (item.place, item.message_id) == (f"sqs {message_id} > sns", message_id)


def test_raw_delivery_leaves_no_trace() -> None:
    """The body is the message then: it is told by its shape, not by any setting."""
    event = EVENT.as_sns(raw_delivery=True).as_sqs()

    assert only(event).place == f"sqs {event['Records'][0]['messageId']}"


def test_kinesis_records() -> None:
    event = kinesis_event([EVENT.as_cloudwatch_logs(), OTHER])
    numbers = [record["kinesis"]["sequenceNumber"] for record in event["Records"]]

    items = take(event)

    assert bodies(items) == [EVENT.raw, OTHER.raw]
    assert items[0].place.startswith(f"kinesis {numbers[0]} > cloudwatch logs CloudTrail/logs:1111")
    assert [item.message_id for item in items] == numbers


def test_firehose_records() -> None:
    event = firehose_event([EVENT.as_cloudwatch_logs(), OTHER])
    ids = [record["recordId"] for record in event["records"]]

    items = take(event)

    assert bodies(items) == [EVENT.raw, OTHER.raw]
    assert [item.message_id for item in items] == ids


def test_firehose_may_have_taken_the_batches_apart() -> None:
    """With its message extraction on, a record has the log events' messages, one a line."""
    lines = EVENT.content + b"\n" + OTHER.content + b"\n"

    items = take(firehose_event([lines]))

    assert bodies(items) == [EVENT.raw, OTHER.raw]
    assert [item.place.rpartition(" > ")[2] for item in items] == ["line 1", "line 2"]


@pytest.mark.parametrize("separator", [b"", b"\n"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzipped"])
def test_firehose_puts_batches_in_a_row(separator: bytes, pack: Any) -> None:
    """Into one object, without a separator unless told otherwise, each gzipped unless inflated before."""
    batches = [gzip.decompress(cloudwatch_logs_event([one]).content) for one in (EVENT, OTHER)]
    content = separator.join(map(pack, batches)) if pack is bytes else b"".join(map(pack, batches))

    assert bodies(take(content)) == [EVENT.raw, OTHER.raw]


@pytest.mark.parametrize(
    "wrap",
    [
        lambda body: sqs_event([body]),
        sns_event,
        lambda body: kinesis_event([body]),
        lambda body: firehose_event([body]),
        lambda body: cloudwatch_logs_event([body]),
        lambda body: sqs_event([sns_event(body)]),
    ],
    ids=["sqs", "sns", "kinesis", "firehose", "cloudwatch logs", "sns in sqs"],
)
@pytest.mark.parametrize(
    "wrapped",
    [
        base64.b64encode(gzip.compress(EVENT.content)).decode(),
        json.dumps(EVENT.content.decode()),
        json.dumps({"Records": [EVENT.raw]}),
    ],
    ids=["gzip as base64", "text of a text", "log file"],
)
def test_content_is_opened_however_it_was_wrapped(wrap: Any, wrapped: str) -> None:
    """Senders compress, quote and collect; each layer is looked at anew."""
    assert bodies(take(wrap(wrapped))) == [EVENT.raw]


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, bytes], ids=["gzip", "zlib", "plain"])
def test_subscription_may_be_compressed_otherwise_or_not_at_all(pack: Any) -> None:
    content = gzip.decompress(cloudwatch_logs_event([EVENT]).content)

    assert bodies(take({"awslogs": {"data": base64.b64encode(pack(content)).decode()}})) == [EVENT.raw]


def test_log_group_may_be_a_target_of_eventbridge() -> None:
    """Then each log event is one of EventBridge's, not a record."""
    item = only(cloudwatch_logs_event([EVENT.as_eventbridge()]))

    assert bodies([item]) == [EVENT.raw]
    assert item.place.endswith("> log event 1 > eventbridge " + EVENT.as_eventbridge()["id"])


@pytest.mark.parametrize(
    "carrier",
    [
        EVENT.as_eventbridge(),
        EVENT.as_eventbridge().as_sqs(),
        EVENT.as_eventbridge().as_cloudwatch_logs(),
    ],
    ids=["eventbridge", "in sqs", "in a log group of another account"],
)
def test_envelope_names_the_account_of_records_that_name_none(carrier: Any) -> None:
    """The innermost knows best."""
    assert only(carrier).account_id == "444455556666"


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        ({"eventSource": "aws:sqs", "messageId": "m-1"}, "it has no body"),
        ({"eventSource": "aws:sqs", "messageId": "m-1", "body": None}, "body: Expected `str`"),
        ({"eventSource": "aws:sqs", "messageId": "m-1", "body": ""}, "empty"),
        ({"eventSource": "aws:sqs", "messageId": "m-1", "body": "hello"}, "not JSON"),
        (
            {"eventSource": "aws:sqs", "messageId": "m-1", "body": '{"a": 1}'},
            "a JSON object of unknown shape",
        ),
        ({"eventSource": "aws:kinesis", "kinesis": {"sequenceNumber": "m-1"}}, "kinesis.it has no data"),
        (
            {"eventSource": "aws:kinesis", "kinesis": {"sequenceNumber": "m-1", "data": "ä"}},
            "kinesis.data: not base64",
        ),
        ({"eventSource": "aws:dynamodb"}, "not a message of SQS"),
    ],
    ids=lambda value: str(value)[:50],
)
def test_bad_message_fails_alone_and_by_its_id(event: dict[str, Any], problem: str) -> None:
    """With its bytes, for the dead letter."""
    batch = {"Records": [sqs_event([EVENT])["Records"][0], event, sqs_event([OTHER])["Records"][0]]}

    before, failure, after = take(batch)

    assert bodies([before, after]) == [EVENT.raw, OTHER.raw]
    assert isinstance(failure, DecodeFailure)
    assert problem in failure.error
    assert failure.message_id == (None if event["eventSource"] == "aws:dynamodb" else "m-1")
    assert failure.data or event["body"] == ""


@pytest.mark.parametrize("odd", [7, None, "text", [], {}, {"messageId": 7, "eventSource": "aws:sqs"}])
def test_message_that_is_none_fails_alone(odd: Any) -> None:
    """Wherever it stands: a message before it tells no more than one after it."""
    good = sqs_event([EVENT])["Records"][0]

    for records in ([good, odd], [odd, good]):
        items = take({"Records": records})

        assert bodies(items) == [EVENT.raw]
        assert [type(item) for item in items if not isinstance(item, Record)] == [DecodeFailure]


def test_array_of_messages_is_taken_too() -> None:
    """As EventBridge Pipes hands them over: an array of messages, without ``Records``."""
    messages = sqs_event([EVENT, OTHER])["Records"]

    assert bodies(take(messages)) == [EVENT.raw, OTHER.raw]


# Objects in S3: named, not fetched


@pytest.mark.parametrize(
    ("wire", "key"),
    [
        ("a%2Bb+c/d%3D1.json.gz", "a+b c/d=1.json.gz"),
        ("%C3%BCber/%F0%9F%98%80", "über/\N{GRINNING FACE}"),
        (LOGS, LOGS),
    ],
)
def test_key_of_a_notification_is_url_encoded(wire: str, key: str) -> None:
    assert only({"Records": [s3_record(wire)]}) == ObjectRef(BUCKET, key)


def test_version_is_kept() -> None:
    assert only({"Records": [s3_record(versionId="v1")]}).version_id == "v1"
    assert only(EVENT.as_s3_eventbridge(version_id="v2")).version_id == "v2"


@pytest.mark.parametrize("name", ["ObjectCreated:Copy", "s3:ObjectCreated:CompleteMultipartUpload"])
def test_all_ways_of_creating_an_object_are_taken(name: str) -> None:
    assert isinstance(only({"Records": [s3_record(event_name=name)]}), ObjectRef)


def test_key_elsewhere_is_plain() -> None:
    """EventBridge and CloudTrail don't encode it."""
    for delivery in (EVENT.as_s3_eventbridge(key="a%2Bb+c"), EVENT.as_trail_notification(key="a%2Bb+c")):
        assert only(delivery).key == "a%2Bb+c"


def test_trail_names_one_file_or_several() -> None:
    """A list, as a rule; some senders have a text there."""
    several = take({"s3Bucket": BUCKET, "s3ObjectKey": [LOGS, "b"]})

    assert [(ref.bucket, ref.key) for ref in several] == [(BUCKET, LOGS), (BUCKET, "b")]
    assert only({"s3Bucket": BUCKET, "s3ObjectKey": LOGS}).key == LOGS


def test_object_says_who_named_it() -> None:
    """The issue's own example of an origin."""
    event = EVENT.as_s3_notification(key="key").as_sns().as_sqs()
    message_id = event["Records"][0]["messageId"]

    ref = only(event)

    assert str(ref.inner / "record 12") == f"sqs {message_id} > sns > s3://{BUCKET}/key > record 12"
    assert ref.message_id == message_id


@pytest.mark.parametrize(
    ("odd", "problem"),
    [
        ({"s3": {}}, "missing required field `bucket`"),
        ({"s3": {"bucket": {"name": BUCKET}}}, "missing required field `object`"),
        ({"s3": {"bucket": {"name": 7}, "object": {"key": "a"}}}, "Expected `str`"),
        ({"s3": None}, "Expected `object`"),
        ({"eventName": 7}, "eventName: Expected `str`"),
    ],
)
def test_notification_that_names_nothing_is_a_failure(odd: dict[str, Any], problem: str) -> None:
    failure = only({"Records": [s3_record() | odd]})

    assert isinstance(failure, DecodeFailure)
    assert problem in failure.error


# What holds no event


ORGANIZATION = "AWSLogs/o-exampleorgid/111122223333"
CONFIG_FILE = (
    "AWSLogs/111122223333/Config/us-east-1/2026/3/2/ConfigHistory/111122223333_Config_us-east-1_x.json.gz"
)
IGNORED: dict[str, tuple[Any, str]] = {
    "control message": (
        {
            "messageType": "CONTROL_MESSAGE",
            "owner": "CloudwatchLogs",
            "logGroup": "",
            "logStream": "",
            "logEvents": [
                {"id": "", "message": "CWL CONTROL MESSAGE: Checking health of destination Firehose."}
            ],
        },
        "a CloudWatch Logs control message",
    ),
    "test message of S3": (
        {
            "Service": "Amazon S3",
            "Event": "s3:TestEvent",
            "Time": "2026-03-02T09:00:00.000Z",
            "Bucket": BUCKET,
            "RequestId": "5582815E1AEA5ADF",
            "HostId": "8cLeGAmw098X5cv4EXAMPLE",
        },
        "the test message of S3",
    ),
    "deleted object": (
        s3_record(event_name="ObjectRemoved:Delete"),
        "an S3 notification of ObjectRemoved:Delete",
    ),
    "deleted object, by EventBridge": (
        EVENT.as_s3_eventbridge() | {"detail-type": "Object Deleted"},
        "an S3 event of type 'Object Deleted'",
    ),
    "folder": (s3_record("AWSLogs/"), "a folder in S3"),
    "digest by key": (
        s3_record("logs/AWSLogs/111122223333/CloudTrail-Digest/us-east-1/2026/03/02/x.json.gz"),
        "a CloudTrail digest file",
    ),
    "digest by key, of an organization": (
        s3_record(f"{ORGANIZATION}/CloudTrail-Digest/us-east-1/2026/03/02/x.json.gz"),
        "a CloudTrail digest file",
    ),
    "digest by content": (
        {"awsAccountId": "111122223333", "digestS3Bucket": BUCKET, "logFiles": []},
        "a CloudTrail digest file",
    ),
    "AWS Config's check": (
        s3_record("AWSLogs/111122223333/Config/ConfigWritabilityCheckFile"),
        "a file by which AWS Config finds out whether it may write",
    ),
    "flow logs": (
        s3_record("AWSLogs/111122223333/vpcflowlogs/us-east-1/x.gz"),
        "a file of vpcflowlogs in S3",
    ),
    "validation message": (sns_event("CloudTrail validation message."), "CloudTrail's validation message"),
    "validation message in a queue": (
        sns_event("CloudTrail validation message.").as_sqs(),
        "CloudTrail's validation message",
    ),
    "subscription to confirm": (
        {
            "Type": "SubscriptionConfirmation",
            "TopicArn": "arn:aws:sns:us-east-1:111122223333:x",
            "Token": "x",
            "Message": "You have chosen to subscribe",
            "SubscribeURL": "https://example.com/",
        },
        "an SNS SubscriptionConfirmation",
    ),
    "AWS Config's prose": (
        sns_event(
            "The configuration item is too large.", subject="[AWS Config:us-east-1] AWS::EC2::Subnet ..."
        ),
        "an AWS Config notification in prose",
    ),
    "AWS Config's compliance change": (
        config_message("ComplianceChangeNotification", configRuleName="x"),
        "an AWS Config ComplianceChangeNotification",
    ),
    "AWS Config's delivery": (
        config_message("ConfigurationSnapshotDeliveryCompleted", s3Bucket=BUCKET, s3ObjectKey=CONFIG_FILE),
        "an AWS Config ConfigurationSnapshotDeliveryCompleted",
    ),
}


@pytest.mark.parametrize(("payload", "reason"), IGNORED.values(), ids=IGNORED)
def test_what_holds_no_event_is_acknowledged_with_a_reason(payload: Any, reason: str) -> None:
    """Refusing it would have a queue deliver it for ever."""
    payload = payload if "eventName" not in payload else {"Records": [payload]}

    item = only(payload)

    assert isinstance(item, Ignored)
    assert item.reason == reason


@pytest.mark.parametrize("name", [name for name, (payload, _) in IGNORED.items() if "Records" not in payload])
def test_what_holds_no_event_is_acknowledged_in_a_queue(name: str) -> None:
    """By the id of its message."""
    payload, reason = IGNORED[name]
    event = sqs_event([json.dumps(payload)])

    item = only(event)

    assert isinstance(item, Ignored)
    assert (item.reason, item.message_id) == (reason, event["Records"][0]["messageId"])


@pytest.mark.parametrize(
    "key",
    [
        LOGS,
        f"{ORGANIZATION}/CloudTrail/us-east-1/x.json.gz",
        f"{ORGANIZATION}/CloudTrail-Insight/us-east-1/x.json.gz",
        "AWSLogs/111122223333/CloudTrail-NetworkActivity/us-east-1/x.json.gz",
        "CloudTrail-Digest/of/our/own/x.json.gz",
        "logs/Config/x.json.gz",
        "export.json",
    ],
)
def test_what_may_hold_events_is_fetched(key: str) -> None:
    """A near miss: only the folder after the account says whose a file is."""
    assert only({"Records": [s3_record(key)]}) == ObjectRef(BUCKET, key)


@pytest.mark.parametrize("text", ["Hello", "validation message", "The configuration item is too large."])
def test_other_prose_is_a_failure(text: str) -> None:
    """A near miss: nobody knows what it was to say."""
    assert isinstance(only(sns_event(text)), DecodeFailure)


# Queries


def test_lookup_events() -> None:
    page = {"Events": [*EVENT.as_lookup_events()["Events"], *OTHER.as_lookup_events()["Events"]]}

    items = take(page)

    assert bodies(items) == [EVENT.raw, OTHER.raw]
    assert [item.place for item in items] == ["event 1", "event 2"]


def test_one_looked_up_event() -> None:
    """A line of a file, say."""
    assert bodies([only(EVENT.as_lookup_events()["Events"][0])]) == [EVENT.raw]


def test_bad_looked_up_event_fails_alone() -> None:
    page = {"Events": [*EVENT.as_lookup_events()["Events"], {"EventId": "1"}, 7]}

    items = take(page)

    assert bodies(items) == [EVENT.raw]
    assert [(item.origin, item.error) for item in items[1:]] == [
        ("event 2", "it has no CloudTrailEvent"),
        ("event 3", "Expected `object`, got `int`"),
    ]


def test_lake_rows() -> None:
    rows = [*EVENT.as_lake_rows()["QueryResultRows"], *OTHER.as_lake_rows()["QueryResultRows"]]

    items = take({"QueryResultRows": rows})

    assert bodies(items) == [EVENT.raw, OTHER.raw]
    assert [item.place for item in items] == ["row 1", "row 2"]


def test_lake_row_of_single_columns() -> None:
    """All values are texts; those that are JSON are read. Numbers may be ids, and stay."""
    row = [
        {"eventSource": "ec2.amazonaws.com"},
        {"eventName": "RunInstances"},
        {"recipientAccountId": "011122223333"},
        {"readOnly": "false"},
        {"requestParameters": '{"a": [1]}'},
        {"userIdentity": "{type=IAMUser}"},
        {"errorCode": None},
    ]

    assert bodies([only({"QueryResultRows": [row]})]) == [
        {
            "eventSource": "ec2.amazonaws.com",
            "eventName": "RunInstances",
            "recipientAccountId": "011122223333",
            "readOnly": False,
            "requestParameters": {"a": [1]},
            "userIdentity": "{type=IAMUser}",
            "errorCode": None,
        }
    ]


# AWS Config


@pytest.mark.parametrize(
    "payload",
    [
        config_message("ConfigurationItemChangeNotification", configurationItem=config_item()),
        {
            "invokingEvent": json.dumps(
                config_message("ConfigurationItemChangeNotification", configurationItem=config_item())
            ),
            "ruleParameters": "{}",
            "resultToken": "token",
        },
        {
            "detail-type": "Config Configuration Item Change",
            "source": "aws.config",
            "detail": config_message("ConfigurationItemChangeNotification", configurationItem=config_item()),
        },
        sns_event(
            json.dumps(
                config_message("ConfigurationItemChangeNotification", configurationItem=config_item())
            ),
            subject="[AWS Config:us-east-1] AWS::EC2::Subnet subnet-0example Updated",
        ).as_sqs(),
        config_item(),
    ],
    ids=["notification", "custom rule", "eventbridge", "sns in sqs", "item"],
)
def test_configuration_item_is_a_record_of_its_own_kind(payload: Any) -> None:
    item = only(payload)

    assert (bodies([item]), item.kind) == ([config_item()], "configuration item")


def test_snapshot_is_a_batch_of_items() -> None:
    """Its items are told apart by their place, as the records of a log file are."""
    other = config_item(resourceId="subnet-1example")
    (batch,) = decode({"fileVersion": "1.0", "configurationItems": [config_item(), other]})

    assert isinstance(batch, Batch)
    assert (batch.kind, len(batch.heads)) == ("configuration item", 2)
    assert bodies(batch.records([1])) == [other]
    assert [record.place for record in batch.records()] == ["item 1", "item 2"]


def test_odd_items_of_a_snapshot_do_not_stop_their_neighbours() -> None:
    items = take({"configurationItems": [7, config_item(), {"resourceType": 7}, None]})

    assert bodies(items) == [7, config_item(), {"resourceType": 7}, None]
    assert {item.kind for item in items} == {"configuration item"}


@pytest.mark.parametrize("items", [[], None])
def test_snapshot_of_nothing_holds_nothing(items: Any) -> None:
    assert take({"fileVersion": "1.0", "configurationItems": items}) == []


def test_schedule_is_a_record() -> None:
    """The account is the rule's, where the message names none."""
    message = config_message("ScheduledNotification")
    event = {"invokingEvent": json.dumps(message), "resultToken": "x", "accountId": "111122223333"}

    record = only(event)

    assert (bodies([record]), record.kind, record.account_id) == ([message], "scheduled run", "111122223333")


@pytest.mark.parametrize("wrap", [lambda message: message, lambda message: sns_event(json.dumps(message))])
def test_oversized_item_is_still_to_be_fetched(wrap: Any) -> None:
    """Until then, there is what its notification says of it."""
    summary = config_item(changeType="UPDATE")
    oversized = only(
        wrap(config_message("OversizedConfigurationItemChangeNotification", configurationItemSummary=summary))
    )

    assert isinstance(oversized, OversizedItem)
    assert (bodies([oversized.summary]), oversized.summary.kind) == ([summary], "configuration item")
    assert oversized.place == str(oversized.summary.origin)


def test_snapshot_for_which_a_rule_is_invoked_is_still_to_be_fetched() -> None:
    """To whoever is only notified, it repeats what was told before: see the things that hold no event."""
    message = config_message(
        "ConfigurationSnapshotDeliveryCompleted", s3Bucket=BUCKET, s3ObjectKey=CONFIG_FILE
    )

    ref = only({"invokingEvent": json.dumps(message), "resultToken": "x", "configRuleName": "vpc"})

    assert ref == ObjectRef(BUCKET, CONFIG_FILE, None, Origin.at("config rule vpc"))


@pytest.mark.parametrize(
    "message", [{}, {"messageType": 7}, {"messageType": "ScheduledNotification"}, [], ""]
)
def test_invoking_event_that_is_none_is_a_failure_of_the_rule(message: Any) -> None:
    failure = only({"invokingEvent": json.dumps(message), "resultToken": "x", "configRuleName": "vpc"})

    assert isinstance(failure, DecodeFailure)
    assert "config rule vpc" in failure.origin


@pytest.mark.parametrize(
    "kind", ["ConfigurationItemChangeNotification", "OversizedConfigurationItemChangeNotification"]
)
def test_change_without_what_changed_is_a_failure(kind: str) -> None:
    """It is no news to set aside: something changed."""
    failure = only(config_message(kind))

    assert isinstance(failure, DecodeFailure)
    assert failure.error.startswith("it has no configurationItem")


def test_item_in_a_message_of_a_new_type_is_an_item() -> None:
    item = only(config_message("SomethingNewNotification", configurationItem=config_item()))

    assert (bodies([item]), item.kind) == ([config_item()], "configuration item")


@pytest.mark.parametrize("kind", ["ConfigHistory", "ConfigSnapshot", "OversizedChangeNotification"])
def test_file_of_aws_config_is_fetched(kind: str) -> None:
    """A bucket for CloudTrail often is the one for AWS Config, too."""
    key = CONFIG_FILE.replace("ConfigHistory", kind)

    assert only({"Records": [s3_record(key)]}) == ObjectRef(BUCKET, key, None, Origin())


# What nobody knows


def test_all_shapes_are_listed() -> None:
    """Whoever sends something else is told what would do."""
    with pytest.raises(UnsupportedEvent) as refusal:
        take({"hello": "world"})

    assert refusal.value.shapes == SHAPES
    assert len(SHAPES) > len(ENVELOPES)
    assert all(shape in str(refusal.value) for shape in SHAPES)


@pytest.mark.parametrize(
    "payload",
    [
        EVENT.as_eventbridge() | {"detail-type": "EC2 Instance State-change Notification"},
        EVENT.as_eventbridge() | {"detail-type": "Config Something", "source": "acme.config"},
        EVENT.as_s3_eventbridge() | {"source": "acme.s3"},
        {"messageType": "DATA_MESSAGE"},
    ],
)
def test_near_miss_of_a_shape_is_refused(payload: Any) -> None:
    """At the top; in a queue it is a message that fails, so that its neighbours are judged."""
    with pytest.raises(UnsupportedEvent):
        take(payload)

    assert isinstance(only(sqs_event([json.dumps(payload)])), DecodeFailure)


@pytest.mark.parametrize(
    "delivery",
    [
        EVENT.as_record(),
        EVENT.as_log_file(),
        EVENT.as_eventbridge(),
        EVENT.as_sns(),
        EVENT.as_sns().as_sqs(),
        EVENT.as_cloudwatch_logs().as_kinesis(),
        EVENT.as_firehose(),
        EVENT.as_lookup_events(),
    ],
)
def test_order_of_keys_says_nothing(delivery: Any) -> None:
    assert bodies(take(_reversed(delivery))) == [EVENT.raw]


def _reversed(value: Any) -> Any:
    match value:
        case dict():
            return {key: _reversed(one) for key, one in reversed(value.items())}
        case list():
            return [_reversed(one) for one in value]
        case _:
            return value


# What breaks off in an envelope


@pytest.mark.parametrize("wrap", [kinesis_event, firehose_event])
def test_cut_off_content_gives_what_it_held_and_keeps_all_of_it(wrap: Any) -> None:
    """One failure says so, with the bytes as they came; the records before the cut are judged."""
    records = [EVENT.raw | {"eventID": f"event-{n}", "requestID": f"{n * 7919:032x}"} for n in range(200)]
    whole = gzip.compress(json.dumps({"Records": records}).encode())
    cut = whole[: len(whole) // 2]

    *items, failure = take(wrap([cut]))

    assert 0 < len(items) < 200
    assert bodies(items) == records[: len(items)]
    assert isinstance(failure, DecodeFailure)
    assert (failure.error, failure.data) == ("the gzip stream breaks off", cut)
    assert failure.message_id == items[0].message_id


def test_cut_off_lines_give_every_whole_one() -> None:
    content = gzip.compress(EVENT.content + b"\n" + OTHER.content + b"\n")[:-12]

    items = take(kinesis_event([content]))

    assert EVENT.raw in bodies(items)
    assert [item.data for item in items if isinstance(item, DecodeFailure)] == [content]


def test_content_that_is_too_large_is_kept_as_it_came() -> None:
    """A dead letter should hold what was sent, not what it would have come to."""
    content = gzip.compress(b"[" + b" " * 100_000 + b"]")

    (failure,) = take(kinesis_event([content]), max_bytes=50_000)

    assert (failure.error, failure.data) == ("larger than 50,000 bytes when inflated", content)
