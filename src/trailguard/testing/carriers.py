"""What each carrier adds to what it carries, spelled as AWS spells it.

Sources: the event examples in the AWS Lambda developer guide; "Event message structure" in the Amazon S3 user
guide; "Parsing Amazon SNS message formats" in the Amazon SNS developer guide.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote_plus

__all__ = [
    "AWS_TIME",
    "BUCKET",
    "DEFAULT_ACCOUNT_ID",
    "DEFAULT_REGION",
    "DEFAULT_TIME",
    "eventbridge_event",
    "firehose_batch",
    "firehose_key",
    "gzipped_json",
    "in_utc",
    "kinesis_record",
    "log_batch",
    "log_file_key",
    "s3_created",
    "s3_record",
    "sns_message",
    "sqs_record",
    "to_base64",
    "to_json",
]

DEFAULT_ACCOUNT_ID = "111122223333"
"""The account in which events happen unless a test says otherwise."""

DEFAULT_REGION = "us-east-1"
"""The region in which events happen unless a test says otherwise."""

DEFAULT_TIME = datetime(2026, 3, 2, 9, tzinfo=UTC)
"""When events happen unless a test says otherwise."""

BUCKET = "amzn-s3-demo-bucket"
_NAME = "security-events"  # of the topic, queue and streams that are passed on the way
_TOPIC = f"arn:aws:sns:{DEFAULT_REGION}:{DEFAULT_ACCOUNT_ID}:{_NAME}"
_SECONDS = int(DEFAULT_TIME.timestamp())
AWS_TIME = f"{DEFAULT_TIME:%Y-%m-%dT%H:%M:%SZ}"
_TIME_WITH_MILLISECONDS = AWS_TIME.replace("Z", ".000Z")
_SOURCE_IP = "198.51.100.7"
_NAMESPACE = uuid.UUID("b0c0e1f4-37c5-4f6e-8a52-9d1f6c0a4e21")
# The last of these numbers counts what is in a batch.
_SQS_NUMBER = 18849496460467696128
_KINESIS_NUMBER = 49590338271490256608559692538361571095921575989136588898
_FIREHOSE_NUMBER = 49546986683135544286507457936321625675700192471156785154
_LOG_EVENT_NUMBER = 31953106606966983378809025079804211143289615424298221568


def sqs_record(position: int, body: str, *, fifo: bool) -> dict[str, Any]:
    """Make one message of a queue."""
    content = body.encode()
    message_id = _uuid("sqs", position, content)
    attributes = {
        "ApproximateReceiveCount": "1",
        "SentTimestamp": f"{_SECONDS}000",
        "SenderId": "AIDACKCEVSQ6C2EXAMPLE",
        "ApproximateFirstReceiveTimestamp": f"{_SECONDS}001",
    }
    if fifo:
        attributes["SequenceNumber"] = str(_SQS_NUMBER + position)
        attributes["MessageGroupId"] = _NAME
        attributes["MessageDeduplicationId"] = hashlib.sha256(message_id.encode()).hexdigest()
    return {
        "messageId": message_id,
        "receiptHandle": "AQEB" + to_base64(hashlib.sha512(message_id.encode()).digest() * 3),
        "body": body,
        "attributes": attributes,
        "messageAttributes": {},
        "md5OfBody": _md5(content),
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{DEFAULT_REGION}:{DEFAULT_ACCOUNT_ID}:{_NAME}{'.fifo' * fifo}",
        "awsRegion": DEFAULT_REGION,
    }


def kinesis_record(position: int, content: bytes) -> dict[str, Any]:
    """Make one record of a stream."""
    number = str(_KINESIS_NUMBER + position)
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": _md5(content),
            "sequenceNumber": number,
            "data": to_base64(content),
            "approximateArrivalTimestamp": _SECONDS + 0.987,
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"shardId-000000000000:{number}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:role/{_NAME}",
        "awsRegion": DEFAULT_REGION,
        "eventSourceARN": f"arn:aws:kinesis:{DEFAULT_REGION}:{DEFAULT_ACCOUNT_ID}:stream/{_NAME}",
    }


def s3_record(bucket: str, key: str, data: bytes, version_id: str | None) -> dict[str, Any]:
    """Make one record of a notification; the key is URL-encoded."""
    version = {} if version_id is None else {"versionId": version_id}
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": DEFAULT_REGION,
        "eventTime": _TIME_WITH_MILLISECONDS,
        "eventName": "ObjectCreated:Put",
        "userIdentity": {"principalId": "AWS:AROACKCEVSQ6C2EXAMPLE:regional-delivery-session"},
        "requestParameters": {"sourceIPAddress": _SOURCE_IP},
        "responseElements": {
            "x-amz-request-id": _hex(key.encode()),
            "x-amz-id-2": to_base64(hashlib.sha512(key.encode()).digest()),
        },
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": _NAME,
            "bucket": {
                "name": bucket,
                "ownerIdentity": {"principalId": "A3NL1KOZZKEXAMPLE"},
                "arn": f"arn:aws:s3:::{bucket}",
            },
            "object": {
                "key": quote_plus(key, safe="/"),
                "size": len(data),
                "eTag": _md5(data),
                **version,
                "sequencer": _hex(data),
            },
        },
    }


def eventbridge_event(source: str, detail_type: str, detail: dict[str, Any]) -> dict[str, Any]:
    """Make an event of EventBridge's default bus."""
    return {
        "version": "0",
        "id": _uuid("eventbridge", 0, to_json(detail)),
        "detail-type": detail_type,
        "source": source,
        "account": DEFAULT_ACCOUNT_ID,
        "time": AWS_TIME,
        "region": DEFAULT_REGION,
        "resources": [],
        "detail": detail,
    }


def sns_message(text: str, subject: str | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Make an SNS message: a record for Lambda, and what lies in a queue; two keys differ."""
    notification: dict[str, Any] = {
        "Type": "Notification",
        "MessageId": _uuid("sns", 0, text.encode()),
        "TopicArn": _TOPIC,
        "Subject": subject,
        "Message": text,
        "Timestamp": _TIME_WITH_MILLISECONDS,
        "SignatureVersion": "1",
        "Signature": to_base64(hashlib.sha512(text.encode()).digest() * 4),
    }
    certificate = f"https://sns.{DEFAULT_REGION}.amazonaws.com/SimpleNotificationService-0example.pem"
    subscription = f"{_TOPIC}:{_uuid('subscription', 0, b'')}"
    leave = f"https://sns.{DEFAULT_REGION}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={subscription}"
    for_lambda = {"SigningCertUrl": certificate, "UnsubscribeUrl": leave, "MessageAttributes": {}}
    record = {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription,
        "Sns": notification | for_lambda,
    }
    # SNS leaves a missing subject out here, and says that it is null there.
    for_queue = {key: value for key, value in notification.items() if value is not None}
    for_queue |= {"SigningCertURL": certificate, "UnsubscribeURL": leave, "MessageAttributes": {}}
    return record, for_queue


def s3_created(bucket: str, key: str, data: bytes, version_id: str | None) -> dict[str, Any]:
    """Make EventBridge's event of an object that was put into S3. The key is not URL-encoded here."""
    version = {} if version_id is None else {"version-id": version_id}
    detail = {
        "version": "0",
        "bucket": {"name": bucket},
        "object": {"key": key, "size": len(data), "etag": _md5(data), **version, "sequencer": _hex(data)},
        "request-id": _hex(key.encode()),
        "requester": DEFAULT_ACCOUNT_ID,
        "source-ip-address": _SOURCE_IP,
        "reason": "PutObject",
    }
    return eventbridge_event("aws.s3", "Object Created", detail) | {"resources": [f"arn:aws:s3:::{bucket}"]}


def log_file_key(account_id: str, region: str, kind: str, happened: datetime, content: bytes) -> str:
    """Return the key under which CloudTrail would put a record: that of the next full five minutes."""
    delivered = happened + timedelta(minutes=5 - happened.minute % 5)
    digest = base64.b64encode(hashlib.sha512(content).digest()).decode()
    suffix = digest.translate(dict.fromkeys(map(ord, "+/=")))[:16]
    name = f"{account_id}_{kind}_{region}_{delivered:%Y%m%dT%H%MZ}_{suffix}.json.gz"
    return f"AWSLogs/{account_id}/{kind}/{region}/{delivered:%Y/%m/%d}/{name}"


def firehose_key(content: bytes) -> str:
    """Return the key under which Firehose puts what it collected into S3."""
    name = f"{_NAME}-1-{DEFAULT_TIME:%Y-%m-%d-%H-%M-%S}-{_uuid('object', 0, content)}"
    return f"{DEFAULT_TIME:%Y/%m/%d/%H}/{name}"


def firehose_batch(contents: list[bytes]) -> dict[str, Any]:
    """Make the event by which Firehose asks Lambda to transform records."""
    records = [
        {
            "recordId": f"{_FIREHOSE_NUMBER + position}000000",
            "approximateArrivalTimestamp": _SECONDS * 1000,
            "data": to_base64(content),
        }
        for position, content in enumerate(contents)
    ]
    return {
        "invocationId": _uuid("firehose", 0, to_json(records)),
        "deliveryStreamArn": f"arn:aws:firehose:{DEFAULT_REGION}:{DEFAULT_ACCOUNT_ID}:deliverystream/{_NAME}",
        "region": DEFAULT_REGION,
        "records": records,
    }


def log_batch(messages: list[str], log_group: str, log_stream: str) -> bytes:
    """Make the gzipped batch of log events that a subscription of CloudWatch Logs carries."""
    return gzipped_json(
        {
            "messageType": "DATA_MESSAGE",
            "owner": DEFAULT_ACCOUNT_ID,
            "logGroup": log_group,
            "logStream": log_stream,
            "subscriptionFilters": [_NAME],
            "logEvents": [
                {"id": str(_LOG_EVENT_NUMBER + position), "timestamp": _SECONDS * 1000, "message": message}
                for position, message in enumerate(messages)
            ],
        }
    )


def in_utc(moment: datetime) -> datetime:
    """Put a time into UTC, which it is in where it has no time zone."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def gzipped_json(value: object) -> bytes:
    """Write a value as compressed JSON: the same bytes for the same value on the same Python."""
    packed = io.BytesIO()
    # GzipFile, because the header that gzip.compress writes differs between versions of Python.
    with gzip.GzipFile(filename="", mode="wb", fileobj=packed, mtime=0) as file:
        file.write(to_json(value))
    return packed.getvalue()


def to_json(value: object) -> bytes:
    """Write a value as AWS does, without spaces."""
    return json.dumps(value, separators=(",", ":")).encode()


def to_base64(data: bytes) -> str:
    """Write bytes as text."""
    return base64.b64encode(data).decode()


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def _hex(data: bytes) -> str:
    """Make an id of the form that S3's request ids and sequencers have."""
    return hashlib.sha256(data).hexdigest()[:16].upper()


def _uuid(kind: str, position: int, content: bytes) -> str:
    return str(uuid.uuid5(_NAMESPACE, f"{kind}/{position}/{hashlib.sha256(content).hexdigest()}"))
