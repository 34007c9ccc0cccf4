"""Unwraps whatever AWS delivers into raw records. Pure: no network, no files, no clock.

The way of a payload: inflate, if it is gzipped; take it apart by its shape; yield each record's bytes with
the path that led to it. Records are not parsed here: that is for the engine, which skips most of them.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final, Generic, TypeVar, cast

import msgspec
from msgspec import UNSET, Raw, UnsetType, structs

from trailguard.errors import DecodingError, UnsupportedEvent
from trailguard.inflate import capped, inflate
from trailguard.mend import array_items, repair, values
from trailguard.record import Batch, Decoded, DecodeFailure, Head, Ignored, Origin, Record, split

__all__ = ["MAX_BYTES", "SHAPES", "Payload", "decode", "decode_stream"]

Payload = bytes | str | Mapping[str, Any] | Sequence[Any]

SHAPES: Final = (
    "a CloudTrail log file ({'Records': [...]})",
    "one CloudTrail record",
    "a CloudWatch Logs subscription payload ({'awslogs': {'data': ...}})",
    "an EventBridge event of CloudTrail ('detail-type': '... via CloudTrail')",
    "a JSON array or JSON Lines of these, gzipped or not",
)

MAX_BYTES: Final = 512 * 1024 * 1024
"""How large one inflated document may be. CloudTrail's files stay far below it; a gzip bomb does not."""

T = TypeVar("T")
Position = tuple[str, int] | None

_BOM = b"\xef\xbb\xbf"


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


def decode(payload: Payload, origin: Origin = Origin(), *, max_bytes: int = MAX_BYTES) -> Iterator[Decoded]:  # noqa: B008  # frozen
    """Unwrap a payload into records.

    Args:
        payload: bytes (gzipped or not), text, or the object that AWS Lambda passes to a handler.
        origin: where it came from.
        max_bytes: how large it may be, inflated.

    Yields:
        `Record`, `Ignored` or `DecodeFailure`, in the payload's order.

    Raises:
        UnsupportedEvent: when it is JSON, or an object, of a shape that nobody knows.
    """
    if isinstance(payload, str):
        data = payload.encode("utf-8", "surrogatepass")
    elif isinstance(payload, bytes | bytearray | memoryview):
        data = bytes(payload)
    else:
        data = _as_json(payload)
    return decode_stream([data], origin, max_bytes=max_bytes)


def decode_stream(
    chunks: Iterable[bytes],
    origin: Origin = Origin(),  # noqa: B008  # frozen
    *,
    max_bytes: int = MAX_BYTES,
) -> Iterator[Decoded]:
    """Unwrap a payload that arrives piece by piece, such as a file's; as `decode` otherwise.

    JSON Lines are judged as they come, so that they may be longer than memory.
    """
    pieces = inflate(chunks)
    held: list[bytes] = []
    cut: str | None = None
    try:
        for piece in capped(pieces, max_bytes):
            held.append(piece)
            if len(held) == 1 and _starts_lines(piece):
                yield from _lines(chain(held, pieces), origin)
                return
    except DecodingError as error:
        cut = str(error)
    yield from _whole(b"".join(held), origin, cut)


def _as_json(payload: object) -> bytes:
    try:
        return msgspec.json.encode(payload)
    except (TypeError, ValueError, RecursionError):
        pass  # a lone surrogate, say, which the standard library escapes
    try:
        return json.dumps(payload).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise UnsupportedEvent("payload", f"not JSON ({error})", SHAPES) from error


def _starts_lines(head: bytes) -> bool:
    """Tell whether a payload begins with a line that is a JSON object, and more follows."""
    line, _, rest = head.partition(b"\n")
    return bool(rest.strip()) and _is_object(line)


def _is_object(text: bytes) -> bool:
    bare = text.removeprefix(_BOM).lstrip()
    if not bare.startswith(b"{"):
        return False
    try:
        _any_value.decode(bare)
    except (ValueError, RecursionError):
        return False
    return True


def _lines(pieces: Iterator[bytes], origin: Origin) -> Iterator[Decoded]:
    """Yield what JSON Lines hold. A line of any known shape will do; a bad one never stops the next."""
    number = 0
    rest = b""
    cut: str | None = None
    try:
        for piece in pieces:
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                number += 1
                yield from _part(line, origin, ("line", number))
    except DecodingError as error:
        cut = str(error)
    yield from _part(rest, origin, ("line", number + 1), cut)
    if cut and not rest.strip():
        yield DecodeFailure(str(origin), cut, b"")


def _whole(data: bytes, origin: Origin, cut: str | None) -> Iterator[Decoded]:
    """Yield what a complete payload holds, by the slow path where the fast one is refused."""
    if not data.strip():
        yield DecodeFailure(str(origin), cut or "empty", data)
        return
    data = data.removeprefix(_BOM)
    try:
        items = _document(data, origin)
    except (ValueError, RecursionError):
        yield from _salvage(data, origin, cut)
        return
    yield from items
    if cut:
        yield DecodeFailure(str(origin), cut, b"")


def _salvage(data: bytes, origin: Origin, cut: str | None) -> Iterator[Decoded]:
    """Yield every record that can be got out of text that is not one JSON value."""
    lines = data.split(b"\n")
    if len(lines) > 1 and any(map(_is_object, lines)):
        yield from _lines(iter([data]), origin)
        return
    pieces = list(values(data))
    if len(pieces) == 1 or not any(_is_object(piece.data) for piece in pieces):
        yield from _recover(data, origin, None, cut)
        return
    for number, piece in enumerate(pieces, 1):
        yield from _part(piece.data, origin, ("value", number), None if piece.whole else cut)


def _part(data: bytes | Raw, origin: Origin, position: Position, cut: str | None = None) -> Iterator[Decoded]:
    """Yield what one of several documents holds; whatever is wrong with it stays with it."""
    try:
        items = _document(data, origin, position)
    except UnsupportedEvent as error:
        yield DecodeFailure(_place(origin, position), error.problem, bytes(data))
    except (ValueError, RecursionError):
        text = bytes(data).strip()
        if text:
            yield from _recover(text, origin, position, cut)
    else:
        yield from items


def _recover(data: bytes, origin: Origin, position: Position, cut: str | None) -> Iterator[Decoded]:
    """Yield what can be saved of one document that the fast parser refuses."""
    records = array_items(data, "Records")
    if records is None:
        try:
            mended = repair(data)
            for item in _document(mended, origin, position):
                yield structs.replace(item, repair="repaired") if isinstance(item, Record) else item
        except (DecodingError, UnsupportedEvent, ValueError, RecursionError) as error:
            yield DecodeFailure(_place(origin, position), cut or _why(error), data)
        return
    place = origin if position is None else origin / f"{position[0]} {position[1]}"
    for number, piece in enumerate(records, 1):
        if piece.whole:
            yield Record(piece.data, place, ("record", number))
        elif piece.data and not piece.data.startswith((b"{", b"[")):
            yield DecodeFailure(_place(place, ("record", number)), "not a JSON object", piece.data)
        else:
            yield DecodeFailure(_place(place, ("record", number)), cut or "the JSON breaks off", piece.data)


def _document(data: bytes | Raw, origin: Origin, position: Position = None) -> Iterable[Decoded]:
    """Return what one JSON document holds, by its shape.

    Raises:
        ValueError, RecursionError: when it is not JSON.
        UnsupportedEvent: when nobody knows its shape.
    """
    shape: _Shape[Head] | _Shape[Raw]
    try:
        shape = _shape.decode(data)
    except (ValueError, RecursionError):
        try:
            shape = _shape_of_odd_records.decode(data)
        except msgspec.ValidationError as error:
            return _array_of_documents(data, origin, position, error)
    if shape.event_version is shape.event_source is shape.event_name is UNSET:
        return _envelope(data, shape, origin if position is None else origin / _step(position))
    return [Record(data, origin, position)]


def _envelope(data: bytes | Raw, shape: _Shape[Head] | _Shape[Raw], origin: Origin) -> Iterable[Decoded]:
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


def _array_of_documents(
    data: bytes | Raw, origin: Origin, position: Position, error: msgspec.ValidationError
) -> Iterable[Decoded]:
    if position is not None:  # an array in an array, or in a line
        raise UnsupportedEvent(_place(origin, position), f"JSON of unknown shape ({error})", SHAPES)
    try:
        items = _array.decode(data)
    except msgspec.ValidationError:
        raise UnsupportedEvent(str(origin), f"JSON of unknown shape ({error})", SHAPES) from None
    return chain.from_iterable(_part(item, origin, ("record", n)) for n, item in enumerate(items, 1))


def _log_file(data: bytes | Raw, items: list[Head] | list[Raw], origin: Origin) -> Iterable[Decoded]:
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


def _cloudwatch_logs(data: bytes | Raw, origin: Origin) -> Iterator[Decoded]:
    try:
        packed = base64.b64decode(_read(_subscription, data).awslogs.data, validate=True)
        text = b"".join(capped(inflate([packed]), MAX_BYTES))
    except (DecodingError, binascii.Error) as error:
        yield DecodeFailure(str(origin / "cloudwatch logs"), f"awslogs.data: {error}", bytes(data))
        return
    yield from _part(text, origin, None)


def _log_events(data: bytes | Raw, origin: Origin) -> Iterator[Decoded]:
    try:
        message = _read(_log_message, data)
    except DecodingError as error:
        yield DecodeFailure(str(origin / "cloudwatch logs"), str(error), bytes(data))
        return
    place = origin / f"cloudwatch logs {message.log_group}:{message.log_stream}"
    if message.message_type == "CONTROL_MESSAGE":
        yield Ignored(str(place), "a CloudWatch Logs control message")
        return
    for number, raw in enumerate(message.log_events, 1):
        try:
            text = _read(_log_event, raw).message
        except DecodingError as error:
            yield DecodeFailure(_place(place, ("log event", number)), str(error), bytes(raw))
        else:
            yield Record(text.encode(), place, ("log event", number), message.owner)


def _eventbridge(data: bytes | Raw, detail: Raw, origin: Origin) -> Iterable[Decoded]:
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
    except (ValueError, RecursionError) as error:
        raise DecodingError(_why(error)) from None


def _why(error: Exception) -> str:
    if isinstance(error, UnsupportedEvent):
        return error.problem
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


def _step(position: tuple[str, int]) -> str:
    return f"{position[0]} {position[1]}"


def _place(origin: Origin, position: Position) -> str:
    return str(origin if position is None else origin / _step(position))
