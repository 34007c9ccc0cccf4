"""What CloudTrail itself says: of new log files by SNS, and in answer to queries.

Source: "Configuring Amazon SNS notifications for CloudTrail" and "CloudTrail digest file structure" in the
AWS CloudTrail user guide; LookupEvents and GetQueryResults in its API reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Raw

from trailguard.document import Document, Fields, Item, fields_of, read, text
from trailguard.envelopes.s3 import object_or_reason
from trailguard.errors import DecodingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["digest", "lake_rows", "lookup_event", "lookup_events", "new_files"]

_RECORD: Final = "CloudTrailEvent"
_LAKE_RECORD: Final = "eventJson"

_raws = msgspec.json.Decoder(list[Raw])
_keys = msgspec.json.Decoder(str | list[str])
_row = msgspec.json.Decoder(list[dict[str, str | None]])


def new_files(document: Document, fields: Fields) -> Iterator[Item]:
    """Return the log files that a message of the trail names."""
    bucket, keys = text(fields, "s3Bucket"), read(_keys, fields["s3ObjectKey"])
    for key in [keys] if isinstance(keys, str) else keys:
        yield object_or_reason(document.inner, bucket, key)


def digest(document: Document, fields: Fields) -> Iterable[Item]:  # noqa: ARG001  # nothing more to know
    """Tell a digest file, which lies beside the log files and has no events."""
    return [document.ignored("a CloudTrail digest file")]


def lookup_events(document: Document, fields: Fields) -> Iterator[Item]:
    """Return the records in a page of LookupEvents' answer."""
    raws = read(_raws, fields["Events"])
    for number, raw in enumerate(raws, 1):
        event = Document(raw, document.inner, ("event", number))
        try:
            yield from lookup_event(event, fields_of(raw))
        except DecodingError as error:
            yield event.failure(str(error))


def lookup_event(document: Document, fields: Fields) -> Iterable[Item]:
    """Return the record in one event of LookupEvents' answer."""
    return [Document(text(fields, _RECORD).encode(), document.origin, document.position)]


def lake_rows(document: Document, fields: Fields) -> Iterator[Item]:
    """Return the records in what GetQueryResults answers: a row is a list of one-key maps."""
    raws = read(_raws, fields["QueryResultRows"])
    for number, raw in enumerate(raws, 1):
        row = Document(raw, document.inner, ("row", number))
        try:
            columns = {name: value for column in read(_row, raw) for name, value in column.items()}
        except DecodingError as error:
            yield row.failure(str(error))
        else:
            yield Document(_record_of(columns), row.origin, row.position)


def _record_of(columns: dict[str, str | None]) -> bytes:
    """Return the record that a row holds as one column, or else one that is put together of its columns."""
    whole = columns.get(_LAKE_RECORD)
    if whole is not None:
        return whole.encode()
    return msgspec.json.encode({name: _value(value) for name, value in columns.items()})


def _value(column: str | None) -> object:
    """Read a column that is JSON: an object, a list, a truth value. Numbers stay texts: they may be ids."""
    if column is None or not column.startswith(("{", "[", "true", "false", "null")):
        return column
    try:
        return msgspec.json.decode(column, type=Raw)
    except (ValueError, RecursionError):
        return column
