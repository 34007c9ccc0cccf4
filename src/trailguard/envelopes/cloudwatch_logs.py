"""CloudWatch Logs subscriptions: a batch of log events, gzipped.

Source: "Using CloudWatch Logs subscription filters" in the Amazon CloudWatch Logs user guide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Raw

from trailguard.document import Document, Fields, Item, fields_of, maybe_text, read, text, unbase64
from trailguard.errors import DecodingError
from trailguard.lines import batch_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from trailguard.record import Batch, Origin

__all__ = ["log_events", "subscription"]


class _LogEvent(msgspec.Struct, gc=False):
    message: str


_raws = msgspec.json.Decoder(list[Raw])
_log_events = msgspec.json.Decoder(list[_LogEvent])


def subscription(document: Document, fields: Fields) -> Iterable[Item]:
    """Return the batch that a subscription hands to a Lambda function."""
    try:
        packed = unbase64(fields_of(fields["awslogs"]), "data")
    except DecodingError as error:
        raise DecodingError(f"awslogs.{error}") from None
    return [Document(packed, document.inner)]


def log_events(document: Document, fields: Fields) -> Iterator[Item]:
    """Return each log event's message, for it to be opened in its turn: a log group may hold anything."""
    stream = [maybe_text(fields, "logGroup"), maybe_text(fields, "logStream")]
    origin = document.inner / " ".join(["cloudwatch logs", ":".join(filter(None, stream))]).rstrip()
    if maybe_text(fields, "messageType") == "CONTROL_MESSAGE":
        yield document.ignored("a CloudWatch Logs control message", origin)
        return
    owner = maybe_text(fields, "owner")
    events = _read(fields["logEvents"])
    batch = _records_in(events, origin, owner)
    if batch is not None:
        yield batch
        return
    for number, event in enumerate(events, 1):
        position = ("log event", number)
        if isinstance(event, _LogEvent):
            yield Document(event.message.encode(), origin, position, owner)
            continue
        try:
            message = text(fields_of(event), "message")
        except DecodingError as error:
            yield Document(event, origin, position, owner).failure(str(error))
        else:
            yield Document(message.encode(), origin, position, owner)


def _records_in(events: Sequence[_LogEvent | Raw], origin: Origin, owner: str | None) -> Batch | None:
    """Return the messages as records, if each of them is one, as in the log group of a trail."""
    messages = [event.message for event in events if isinstance(event, _LogEvent)]
    batch = batch_of("\n".join(messages).encode(), origin, owner, "log event")
    return batch if batch is not None and len(batch.heads) == len(events) else None


def _read(log_events: Raw) -> Sequence[_LogEvent | Raw]:
    """Read all messages at once; one by one where one of them is odd."""
    try:
        return _log_events.decode(log_events)
    except (ValueError, RecursionError):
        return read(_raws, log_events)
