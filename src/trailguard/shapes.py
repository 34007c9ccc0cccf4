"""Knows the shapes in which AWS delivers events, and takes one JSON document apart by its shape.

Shapes are told by their keys, never by the keys' order. What a document wraps is not opened here: it comes
out as a `Document`, for `trailguard.decode` to open in its turn.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar, cast

import msgspec
from msgspec import UNSET, Raw, UnsetType

from trailguard.errors import DecodingError, UnsupportedEvent
from trailguard.mend import repair
from trailguard.record import Batch, Decoded, DecodeFailure, Head, Ignored, Origin, Record, split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["SHAPES", "Document", "unwrap"]

SHAPES: Final = (
    "a CloudTrail log file ({'Records': [...]})",
    "one CloudTrail record",
    "a CloudWatch Logs subscription payload ({'awslogs': {'data': ...}})",
    "an EventBridge event of CloudTrail ('detail-type': '... via CloudTrail')",
    "a JSON array or JSON Lines of these, gzipped or not",
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON document that is still to be taken apart.

    Attributes:
        data: its text; gzipped, perhaps, if it was found inside another one.
        origin: where it came from.
        position: which one it is there, if it is one of several.
    """

    data: bytes | Raw
    origin: Origin
    position: tuple[str, int] | None = None

    @property
    def inner(self) -> Origin:
        """The origin of what is in it."""
        return self.origin if self.position is None else self.origin / "{} {}".format(*self.position)

    @property
    def place(self) -> str:
        """Its origin path as text."""
        return str(self.inner)


class _Shape(msgspec.Struct, Generic[T], gc=False):
    """The keys by which AWS's payloads are told apart. What is under them is not parsed yet."""

    records: list[T] | UnsetType | None = msgspec.field(name="Records", default=UNSET)
    awslogs: Raw | UnsetType = UNSET
    detail: Raw | UnsetType = UNSET
    detail_type: Raw | UnsetType = msgspec.field(name="detail-type", default=UNSET)
    log_events: Raw | UnsetType = msgspec.field(name="logEvents", default=UNSET)
    digest: Raw | UnsetType = msgspec.field(name="digestS3Bucket", default=UNSET)
    event_version: Raw | UnsetType = msgspec.field(name="eventVersion", default=UNSET)
    event_source: Raw | UnsetType = msgspec.field(name="eventSource", default=UNSET)
    event_name: Raw | UnsetType = msgspec.field(name="eventName", default=UNSET)


class _Sender(msgspec.Struct, gc=False):
    """Who sent the first of a Lambda event's ``Records``. CloudTrail's never say ``aws:…``."""

    event_source: str = msgspec.field(name="eventSource", default="")
    sns_source: str = msgspec.field(name="EventSource", default="")


class _AwsLogs(msgspec.Struct):
    data: str


class _Subscription(msgspec.Struct):
    awslogs: _AwsLogs


class _LogMessage(msgspec.Struct, rename="camel"):
    log_events: list[Raw]
    message_type: str = "DATA_MESSAGE"
    log_group: str | None = None
    log_stream: str | None = None
    owner: str | None = None


class _LogEvent(msgspec.Struct):
    message: str


class _EventBridge(msgspec.Struct):
    detail_type: str = msgspec.field(name="detail-type")
    id: str | None = None
    account: str | None = None


Item = Decoded | Document
_Shapes = _Shape[Head] | _Shape[Raw]

_shape = msgspec.json.Decoder(_Shape[Head])
_shape_of_odd_records = msgspec.json.Decoder(_Shape[Raw])
_array = msgspec.json.Decoder(list[Raw])
_any_value = msgspec.json.Decoder(Raw)
_text = msgspec.json.Decoder(str)
_sender = msgspec.json.Decoder(_Sender)
_subscription = msgspec.json.Decoder(_Subscription)
_log_message = msgspec.json.Decoder(_LogMessage)
_log_event = msgspec.json.Decoder(_LogEvent)
_event_bridge = msgspec.json.Decoder(_EventBridge)


def unwrap(document: Document) -> Iterable[Item]:
    """Return what one JSON document holds, by its shape.

    Raises:
        ValueError, RecursionError: when it is not JSON.
        UnsupportedEvent: when nobody knows its shape.
    """
    shape: _Shapes
    try:
        shape = _shape.decode(document.data)
    except (ValueError, RecursionError):
        try:
            shape = _shape_of_odd_records.decode(document.data)
        except msgspec.ValidationError as error:
            return _array_of_documents(document, error)
    if shape.event_version is shape.event_source is shape.event_name is UNSET:
        return _envelope(document.data, shape, document.inner)
    return [Record(document.data, document.origin, document.position)]


def _envelope(data: bytes | Raw, shape: _Shapes, origin: Origin) -> Iterable[Item]:
    """Return what is in a document that is not itself a record."""
    if shape.records is not UNSET:
        return _log_file(data, shape.records or [], origin)
    if shape.awslogs is not UNSET:
        return _cloudwatch_logs(data, origin)
    if shape.log_events is not UNSET:
        return _log_events(data, origin)
    if shape.detail_type is not UNSET and shape.detail is not UNSET:
        return _eventbridge(data, shape.detail, origin)
    if shape.digest is not UNSET:
        return [Ignored(str(origin), "a CloudTrail digest file")]
    raise UnsupportedEvent(str(origin), "a JSON object of unknown shape", SHAPES)


def _array_of_documents(document: Document, error: msgspec.ValidationError) -> Iterable[Item]:
    _any_value.decode(document.data)  # what is no JSON to its end has no shape either
    unknown = UnsupportedEvent(document.place, f"JSON of unknown shape ({error})", SHAPES)
    if document.position is not None:  # an array in an array, or in a line
        raise unknown
    try:
        items = _array.decode(document.data)
    except msgspec.ValidationError:
        raise unknown from None
    return [Document(item, document.origin, ("record", n)) for n, item in enumerate(items, 1)]


def _log_file(data: bytes | Raw, items: list[Head] | list[Raw], origin: Origin) -> Iterable[Item]:
    if not items:
        return []
    first = items[0]
    if isinstance(first, Head) and first.event_source and not first.event_source.startswith("aws:"):
        return [Batch(cast("list[Head]", items), data, origin)]
    records = split(data, origin)
    sender = _sender_of(records[0])
    if sender.startswith("aws:"):
        raise UnsupportedEvent(str(origin), f"a Lambda event of {sender}", SHAPES)
    return records


def _sender_of(record: Record) -> str:
    """Return who sent a Lambda event: SQS, SNS, S3 and others also come as ``Records``."""
    try:
        sender = _sender.decode(record.raw)
    except (ValueError, RecursionError):
        return ""  # no Lambda event looks like that; the engine says what is wrong with the record
    return sender.sns_source or sender.event_source


def _cloudwatch_logs(data: bytes | Raw, origin: Origin) -> Iterable[Item]:
    try:
        packed = base64.b64decode(_read(_subscription, data).awslogs.data, validate=True)
    except (DecodingError, ValueError) as error:
        return [DecodeFailure(str(origin / "cloudwatch logs"), f"awslogs.data: {error}", bytes(data))]
    return [Document(packed, origin)]


def _log_events(data: bytes | Raw, origin: Origin) -> Iterator[Item]:
    try:
        message = _read(_log_message, data)
    except DecodingError as error:
        yield DecodeFailure(str(origin / "cloudwatch logs"), str(error), bytes(data))
        return
    stream = origin / f"cloudwatch logs {message.log_group}:{message.log_stream}"
    if message.message_type == "CONTROL_MESSAGE":
        yield Ignored(str(stream), "a CloudWatch Logs control message")
        return
    for number, raw in enumerate(message.log_events, 1):
        try:
            text = _read(_log_event, raw).message
        except DecodingError as error:
            yield DecodeFailure(str(stream / f"log event {number}"), str(error), bytes(raw))
        else:
            yield Record(text.encode(), stream, ("log event", number), message.owner)


def _eventbridge(data: bytes | Raw, detail: Raw, origin: Origin) -> Iterable[Item]:
    try:
        event = _read(_event_bridge, data)
        raw: bytes | Raw = detail
        if bytes(memoryview(detail)[:1]) == b'"':  # some senders pass the detail as text
            raw = _read(_text, detail).encode()
    except DecodingError as error:
        return [DecodeFailure(str(origin / "eventbridge"), str(error), bytes(data))]
    if not event.detail_type.lower().endswith(" via cloudtrail"):
        problem = f"an EventBridge event of type {event.detail_type!r}"
        raise UnsupportedEvent(str(origin), problem, SHAPES)
    return [Record(raw, origin / f"eventbridge {event.id}", None, event.account)]


def _read(decoder: msgspec.json.Decoder[T], data: bytes | Raw) -> T:
    """Read the few fields of an envelope, repairing its text if need be.

    Raises:
        DecodingError: when they are not of the type they should be.
    """
    try:
        return decoder.decode(data)
    except (ValueError, RecursionError):
        pass
    try:
        return decoder.decode(repair(bytes(data)))
    except RecursionError:
        raise DecodingError("nested too deeply") from None
    except ValueError as error:
        raise DecodingError(str(error)) from None
