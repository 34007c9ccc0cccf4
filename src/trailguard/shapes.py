"""Takes one JSON document apart by its shape: a log file, a record, a Lambda event, or another envelope.

Log files and records are most of what comes, and are told first, by few keys. What a document wraps is not
opened here: it comes out as a `Document`, for `trailguard.decode` to open in its turn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, TypeVar, cast

import msgspec
from msgspec import UNSET, Raw, UnsetType

from trailguard.document import Document, Item, UnknownKind, fields_of
from trailguard.envelopes import ENVELOPES, SENDERS
from trailguard.errors import DecodingError, UnsupportedEvent
from trailguard.record import LAMBDA, Batch, Head, ItemHead, Json, split, split_items

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["SHAPES", "unwrap", "unwrap_records"]

SHAPES: Final = (
    "a CloudTrail log file ({'Records': [...]})",
    "one CloudTrail record",
    "a Lambda event of SQS, SNS, S3 or Kinesis ({'Records': [...]})",
    "an AWS Config snapshot or history file ({'configurationItems': [...]})",
    *(envelope.takes for envelope in ENVELOPES),
    "a JSON array or JSON Lines of these, gzipped or not",
)

T = TypeVar("T")
U = TypeVar("U")

_QUOTED_LAMBDA: Final = f'"{LAMBDA}'.encode()


class _Shape(msgspec.Struct, Generic[T, U], gc=False):
    """The keys of log files, snapshots and records. What is under the latter ones' is not parsed yet."""

    records: list[T] | UnsetType | None = msgspec.field(name="Records", default=UNSET)
    items: list[U] | UnsetType | None = msgspec.field(name="configurationItems", default=UNSET)
    event_version: Raw | UnsetType = msgspec.field(name="eventVersion", default=UNSET)
    event_source: Raw | UnsetType = msgspec.field(name="eventSource", default=UNSET)
    event_name: Raw | UnsetType = msgspec.field(name="eventName", default=UNSET)
    sns_source: Raw | UnsetType = msgspec.field(name="EventSource", default=UNSET)


class _Sender(msgspec.Struct, gc=False):
    """Who sent one of a Lambda event's ``Records``. CloudTrail's never say ``aws:…``."""

    event_source: str = msgspec.field(name="eventSource", default="")
    sns_source: str = msgspec.field(name="EventSource", default="")


_shape = msgspec.json.Decoder(_Shape[Head, ItemHead])
_shape_of_odd_records = msgspec.json.Decoder(_Shape[Raw, Raw])
_array = msgspec.json.Decoder(list[Raw])
_any_value = msgspec.json.Decoder(Raw)
_sender = msgspec.json.Decoder(_Sender)


def unwrap(document: Document) -> Iterable[Item]:
    """Return what one JSON document holds, by its shape.

    Raises:
        ValueError, RecursionError: when it is not JSON.
        UnsupportedEvent: when nobody knows its shape.
    """
    shape: _Shape[Head, ItemHead] | _Shape[Raw, Raw]
    try:
        shape = _shape.decode(document.data)
    except (ValueError, RecursionError):
        try:
            shape = _shape_of_odd_records.decode(document.data)
        except msgspec.ValidationError as error:
            return _array_of_documents(document, error)
    if shape.records is not UNSET:
        return _records(document, shape.records or [])
    if shape.items is not UNSET:
        return _items(document, shape.items or [])
    source = shape.event_source if shape.sns_source is UNSET else shape.sns_source
    if source is not UNSET and bytes(memoryview(source)[: len(_QUOTED_LAMBDA)]) == _QUOTED_LAMBDA:
        return _messages([document])
    if shape.event_version is shape.event_source is shape.event_name is UNSET:
        return _envelope(document)
    return [document.record()]


def _array_of_documents(document: Document, error: msgspec.ValidationError) -> Iterable[Item]:
    _any_value.decode(document.data)  # what is no JSON to its end has no shape either
    unknown = UnsupportedEvent(document.place, f"JSON of unknown shape ({error})", SHAPES)
    if document.position is not None:  # an array in an array, or in a line
        raise unknown
    try:
        items = _array.decode(document.data)
    except msgspec.ValidationError:
        raise unknown from None
    account = document.account_id
    return [Document(item, document.origin, ("record", n), account) for n, item in enumerate(items, 1)]


def _records(document: Document, items: list[Head] | list[Raw]) -> Iterable[Item]:
    """Tell a log file from a Lambda event: both have ``Records``, with an ``eventSource`` in each."""
    if not items:
        return []
    first = items[0]
    if isinstance(first, Head) and first.event_source and not first.event_source.startswith(LAMBDA):
        return [Batch(cast("list[Head]", items), document.data, document.inner, document.account_id)]
    raws = split(document.data)
    account = document.account_id
    return unwrap_records(
        [Document(raw, document.inner, ("record", n), account) for n, raw in enumerate(raws, 1)]
    )


def _items(document: Document, items: list[ItemHead] | list[Raw]) -> Iterable[Item]:
    if not items:
        return []
    if isinstance(items[0], ItemHead):
        return [Batch(items, document.data, document.inner, document.account_id, "item")]
    account = document.account_id
    parts = enumerate(split_items(document.data), 1)
    return [
        Document(raw, document.inner, ("item", n), account).record("configuration item") for n, raw in parts
    ]


def unwrap_records(documents: list[Document]) -> Iterable[Item]:
    """Return what each of a document's ``Records`` holds: itself, unless they are a Lambda event's messages.

    Raises:
        UnsupportedEvent: when they are messages of something that nobody knows.
    """
    if any(_sender_of(document.data).startswith(LAMBDA) for document in documents):
        return _messages(documents)
    return [document.record() for document in documents]


def _messages(documents: list[Document]) -> Iterable[Item]:
    """Open what invoked a Lambda function: one message of a queue or so after the other."""
    senders = [_sender_of(document.data) for document in documents]
    if SENDERS.keys().isdisjoint(senders):
        sender = next(sender for sender in senders if sender.startswith(LAMBDA))
        raise UnsupportedEvent(str(documents[0].origin), f"a Lambda event of {sender}", SHAPES)
    items: list[Item] = []
    for document, sender in zip(documents, senders, strict=True):
        try:
            if sender not in SENDERS:
                raise DecodingError("not a message of SQS, SNS, S3 or Kinesis, as its neighbours are")
            items += SENDERS[sender](document, fields_of(document.data))
        except DecodingError as error:
            items.append(document.failure(str(error)))
    return items


def _sender_of(data: Json) -> str:
    try:
        sender = _sender.decode(data)
    except (ValueError, RecursionError):
        return ""  # no Lambda event looks like that
    return sender.sns_source or sender.event_source


def _envelope(document: Document) -> Iterable[Item]:
    fields = fields_of(document.data)
    envelope = next((one for one in ENVELOPES if one.keys <= fields.keys()), None)
    if envelope is None:
        raise UnsupportedEvent(document.place, "a JSON object of unknown shape", SHAPES)
    try:
        return list(envelope.open(document, fields))
    except UnknownKind as error:
        raise UnsupportedEvent(document.place, str(error), SHAPES) from None
    except DecodingError as error:
        return [document.failure(str(error), document.inner / envelope.label)]
