"""Every shape in which AWS delivers CloudTrail records, for tests of what receives them.

    event = cloudtrail_event("ec2:RunInstances")
    guard.handle(event.as_sqs())
    guard.handle(event.as_s3_notification().as_sns().as_sqs())

Everything is a function of its arguments: no clock, no chance. Nothing here knows how trailguard reads these
shapes, so that tests of its reading prove something.

Sources: the event examples in the AWS Lambda developer guide; "Finding your CloudTrail log files",
"Configuring Amazon SNS notifications for CloudTrail", LookupEvents and GetQueryResults in the AWS CloudTrail
documentation; "Event message structure" in the Amazon S3 user guide; "Subscription filters" in the Amazon
CloudWatch Logs user guide; "Amazon S3 object name format" in the Amazon Data Firehose developer guide.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, TypeAlias

from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.testing import carriers
from trailguard.testing.carriers import DEFAULT_ACCOUNT_ID, DEFAULT_REGION, DEFAULT_TIME

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = [
    "Delivery",
    "SampleEvent",
    "Wrappable",
    "cloudwatch_logs_event",
    "firehose_event",
    "kinesis_event",
    "sns_event",
    "sqs_event",
]

Objects: TypeAlias = dict[tuple[str, str], bytes]
Content: TypeAlias = "Wrappable | bytes | str"

_LOG_GROUP = "CloudTrail/logs"
_LOG_STREAM = f"{DEFAULT_ACCOUNT_ID}_CloudTrail_{DEFAULT_REGION}"
_FOLDERS = {"Insight": "CloudTrail-Insight", "NetworkActivity": "CloudTrail-NetworkActivity"}
_DETAIL_TYPES = {
    "AwsServiceEvent": "AWS Service Event via CloudTrail",
    "AwsConsoleAction": "AWS Console Action via CloudTrail",
    "AwsConsoleSignIn": "AWS Console Sign In via CloudTrail",
    "AwsVpceEvent": "AWS Network Activity Event via CloudTrail",
    "AwsVpceEvents": "AWS Network Activity Event via CloudTrail",  # both spellings are in the documentation
    "AwsCloudTrailInsight": "AWS Insight via CloudTrail",
}


class Wrappable(ABC):
    """What AWS can put into a carrier: a record, or a delivery that is carried on by the next service.

    Each method returns what Lambda's handler is called with where that carrier is the last one.
    """

    @property
    @abstractmethod
    def content(self) -> bytes:
        """What the next carrier carries, which is often less than what Lambda is called with."""

    @property
    @abstractmethod
    def objects(self) -> Objects:
        """The S3 objects that the delivery speaks of, by bucket and key: a test puts them into its S3."""

    @property
    def _as_object(self) -> tuple[str, bytes]:
        """The key and the bytes with which it comes to lie in S3: by default, as Firehose puts it there."""
        return carriers.firehose_key(self.content), self.content

    def as_cloudwatch_logs(self, *, log_group: str = _LOG_GROUP, log_stream: str = _LOG_STREAM) -> Delivery:
        """Wrap it as one log event, as a subscription of CloudWatch Logs delivers it.

        Raises:
            ValueError: if the content is no text.
        """
        return cloudwatch_logs_event([self], log_group=log_group, log_stream=log_stream)

    def as_sns(self, *, subject: str | None = None, raw_delivery: bool = False) -> Delivery:
        """Wrap it as the message of an SNS notification; for the arguments see ``sns_event``.

        Raises:
            ValueError: if the content is no text.
        """
        return sns_event(self, subject=subject, raw_delivery=raw_delivery)

    def as_sqs(self, *, fifo: bool = False) -> Delivery:
        """Wrap it as the body of one SQS message; ``fifo`` says from which kind of queue.

        Raises:
            ValueError: if the content is no text.
        """
        return sqs_event([self], fifo=fifo)

    def as_kinesis(self) -> Delivery:
        """Wrap it as one record of a Kinesis data stream."""
        return kinesis_event([self])

    def as_firehose(self) -> Delivery:
        """Wrap it as one record that Firehose has transformed by Lambda."""
        return firehose_event([self])

    def as_s3_notification(
        self, *, bucket: str = carriers.BUCKET, key: str | None = None, version_id: str | None = None
    ) -> Delivery:
        """Put it into an S3 object, and announce that by a notification of S3.

        Args:
            bucket: the object's bucket.
            key: the object's key, as it is; the notification has it URL-encoded. By default records lie where
                CloudTrail puts its log files, and everything else where Firehose puts what it collected.
            version_id: the object's version, if the bucket keeps versions.

        Returns:
            The notification. ``objects`` has the object: a record's holds a log file, any other ``content``.
        """
        default_key, data = self._as_object
        key = default_key if key is None else key
        return Delivery(
            {"Records": [carriers.s3_record(bucket, key, data, version_id)]},
            objects={**self.objects, (bucket, key): data},
            subject="Amazon S3 Notification",
        )

    def as_s3_eventbridge(
        self, *, bucket: str = carriers.BUCKET, key: str | None = None, version_id: str | None = None
    ) -> Delivery:
        """Put it into an S3 object, and announce that by EventBridge's ``Object Created``.

        Arguments and objects are those of ``as_s3_notification``, but here the key is not encoded.
        """
        default_key, data = self._as_object
        key = default_key if key is None else key
        envelope = carriers.s3_created(bucket, key, data, version_id)
        return Delivery(envelope, objects={**self.objects, (bucket, key): data})

    def as_trail_notification(
        self, *, bucket: str = carriers.BUCKET, key: str | None = None, raw_delivery: bool = False
    ) -> Delivery:
        """Put it into an S3 object, and announce that as a trail with an SNS topic announces its log files.

        Arguments and objects are those of ``as_s3_notification`` and ``as_sns``. The key is not encoded.
        """
        default_key, data = self._as_object
        key = default_key if key is None else key
        message = {"s3Bucket": bucket, "s3ObjectKey": [key]}
        announced = Delivery(message, objects={**self.objects, (bucket, key): data})
        return announced.as_sns(raw_delivery=raw_delivery)


class Delivery(Wrappable, dict[str, Any]):
    """What Lambda's handler is called with, and what a further carrier would make of it.

    It is a plain dictionary to everybody who does not ask for more. ``content`` and ``objects`` are settled
    when it is made: what is changed in the dictionary afterwards does not show in them.
    """

    def __init__(
        self,
        event: Mapping[str, Any],
        *,
        content: bytes | None = None,
        objects: Objects | None = None,
        as_object: tuple[str, bytes] | None = None,
        subject: str | None = None,
    ) -> None:
        """Make a delivery.

        Args:
            event: what the handler is called with.
            content: what the next carrier carries, if that is not the event as JSON.
            objects: the S3 objects that it speaks of.
            as_object: key and bytes with which it comes to lie in S3, if not as Firehose puts it there.
            subject: with what subject AWS sends it through SNS.
        """
        super().__init__(event)
        self._content = carriers.to_json(event) if content is None else content
        self._objects = dict(objects or {})
        self._stored = as_object
        self.subject = subject

    @property
    def content(self) -> bytes:
        """What the next carrier carries: for CloudWatch Logs the gzipped data, for SNS the notification."""
        return self._content

    @property
    def objects(self) -> Objects:
        """The S3 objects that the delivery speaks of, those of the deliveries inside it included."""
        return self._objects

    @property
    def _as_object(self) -> tuple[str, bytes]:
        return self._stored or super()._as_object


class SampleEvent(CloudTrailEvent, Wrappable):
    """A CloudTrail event made for a test, which can be wrapped in every way in which AWS delivers it.

    To everybody else it is the ``CloudTrailEvent`` that it would be read as.
    """

    @property
    def content(self) -> bytes:
        """The record as JSON."""
        return carriers.to_json(self.raw)

    @property
    def objects(self) -> Objects:
        """Nothing: a record needs no object."""
        return {}

    @property
    def _as_object(self) -> tuple[str, bytes]:
        """Where CloudTrail would put the record: a log file of the next full five minutes."""
        account, region = self.account_id or DEFAULT_ACCOUNT_ID, self.aws_region or DEFAULT_REGION
        kind = _FOLDERS.get(self.event_category or "", "CloudTrail")
        key = carriers.log_file_key(account, region, kind, self.event_time or DEFAULT_TIME, self.content)
        return key, carriers.gzipped_json({"Records": [self.raw]})

    def as_record(self) -> Delivery:
        """Return the record alone, as a log group hands it to its readers."""
        return Delivery(json.loads(self.content), content=self.content, as_object=self._as_object)

    def as_log_file(self) -> Delivery:
        """Wrap it in a log file of its own; ``content`` is gzipped. For several events see ``log_file``."""
        where, data = self._as_object
        return Delivery({"Records": [json.loads(self.content)]}, content=data, as_object=(where, data))

    def as_eventbridge(self, *, detail_type: str | None = None) -> Delivery:
        """Wrap it as the ``detail`` of an event on EventBridge's default bus.

        Args:
            detail_type: by default what follows from the event's type. AWS's documentation spells a sign-in
                ``AWS Console Signin via CloudTrail`` in places; the default has ``Sign In``.
        """
        known = _DETAIL_TYPES.get(self.event_type or "", "AWS API Call via CloudTrail")
        envelope = carriers.eventbridge_event(
            f"aws.{self.service}", detail_type or known, json.loads(self.content)
        )
        return Delivery(
            envelope
            | {
                "account": self.account_id or DEFAULT_ACCOUNT_ID,
                "time": self.raw.get("eventTime") or carriers.AWS_TIME,
                "region": self.aws_region or DEFAULT_REGION,
            }
        )

    def as_lookup_events(self) -> Delivery:
        """Wrap it as the answer of LookupEvents, with times as the AWS CLI prints them."""
        found: dict[str, Any] = {
            "EventId": self.event_id,
            "EventName": self.event_name,
            "ReadOnly": "true" if self.read_only else "false",  # a text, unlike the record's readOnly
            "EventTime": (self.event_time or DEFAULT_TIME).isoformat(),
            "EventSource": self.event_source,
            "Username": self.actor.session_name or self.actor.name,
            "Resources": [],
            "CloudTrailEvent": self.content.decode(),
        }
        if self.actor.access_key_id:
            found["AccessKeyId"] = self.actor.access_key_id
        return Delivery({"Events": [found]})

    def as_lake_rows(self) -> Delivery:
        """Wrap it as the answer of CloudTrail Lake's GetQueryResults to ``SELECT eventJson``."""
        return Delivery(
            {
                "QueryStatus": "FINISHED",
                "QueryStatistics": {"ResultsCount": 1, "TotalResultsCount": 1, "BytesScanned": 4096},
                "QueryResultRows": [[{"eventJson": self.content.decode()}]],
            }
        )

    def __eq__(self, other: object) -> bool:
        if isinstance(other, CloudTrailEvent) and not isinstance(other, SampleEvent):
            return CloudTrailEvent.model_validate(self.raw) == other  # pydantic compares classes, too
        return super().__eq__(other)

    __hash__ = CloudTrailEvent.__hash__


def cloudwatch_logs_event(
    messages: Iterable[Content], *, log_group: str = _LOG_GROUP, log_stream: str = _LOG_STREAM
) -> Delivery:
    """Make what a subscription of CloudWatch Logs delivers: ``{"awslogs": {"data": ...}}``.

    Args:
        messages: what the log events say, one each.
        log_group: the name of the log group.
        log_stream: the name of the log stream.

    Returns:
        The event. Its ``content`` is the gzipped JSON alone, as Kinesis and Firehose carry it.

    Raises:
        ValueError: if a message is no text.
    """
    parts = _several(messages)
    content = carriers.log_batch([_text(part, "CloudWatch Logs") for part in parts], log_group, log_stream)
    return Delivery(
        {"awslogs": {"data": carriers.to_base64(content)}}, content=content, objects=_objects(parts)
    )


def sns_event(message: Content, *, subject: str | None = None, raw_delivery: bool = False) -> Delivery:
    """Make what SNS delivers; it never delivers several messages at once.

    Args:
        message: the message.
        subject: the subject. By default there is none, but with notifications of S3.
        raw_delivery: whether SNS passes the bare message on to a queue. Lambda gets the same either way.

    Returns:
        The event. Its ``content`` is what SNS puts into a queue, where two of the keys are spelled otherwise.

    Raises:
        ValueError: if the message is no text.
    """
    text = _text(message, "SNS")
    if subject is None and isinstance(message, Delivery):
        subject = message.subject
    for_lambda, for_queue = carriers.sns_message(text, subject)
    content = text.encode() if raw_delivery else carriers.to_json(for_queue)
    return Delivery({"Records": [for_lambda]}, content=content, objects=_objects([message]))


def sqs_event(bodies: Iterable[Content], *, fifo: bool = False) -> Delivery:
    """Make the event of a batch of SQS messages.

    Args:
        bodies: the messages' bodies.
        fifo: whether the queue is a FIFO queue; the messages are then one message group.

    Raises:
        ValueError: if a body is no text.
    """
    parts = _several(bodies)
    records = [
        carriers.sqs_record(position, _text(part, "SQS"), fifo=fifo) for position, part in enumerate(parts)
    ]
    return Delivery({"Records": records}, objects=_objects(parts))


def kinesis_event(contents: Iterable[Content]) -> Delivery:
    """Make the event of a batch of Kinesis records, in the order of their sequence numbers."""
    parts = _several(contents)
    records = [carriers.kinesis_record(position, _bytes(part)) for position, part in enumerate(parts)]
    return Delivery({"Records": records}, objects=_objects(parts))


def firehose_event(contents: Iterable[Content]) -> Delivery:
    """Make the event by which Firehose asks Lambda to transform a batch of records."""
    parts = _several(contents)
    event = carriers.firehose_batch([_bytes(part) for part in parts])
    return Delivery(event, objects=_objects(parts))


def _several(parts: Iterable[Content]) -> list[Content]:
    """Refuse what can be iterated over, but never is meant so: a text, a delivery, an event."""
    if isinstance(parts, str | bytes | dict | Wrappable):
        raise TypeError(
            f"expected several to put into one batch, not one {type(parts).__name__}: [it] will do"
        )
    return list(parts)


def _objects(parts: Iterable[Content]) -> Objects:
    return {
        where: data for part in parts if isinstance(part, Wrappable) for where, data in part.objects.items()
    }


def _bytes(part: Content) -> bytes:
    if isinstance(part, str):
        return part.encode()
    return part.content if isinstance(part, Wrappable) else part


def _text(part: Content, carrier: str) -> str:
    try:
        return _bytes(part).decode()
    except UnicodeDecodeError as error:
        raise ValueError(
            f"{carrier} carries text, and this is not UTF-8 (compressed, perhaps):"
            " hand in base64.b64encode(content), as whoever sends it would"
        ) from error
