"""Firehose's transformation of a delivery stream's records.

Source: "Transform source data in Amazon Data Firehose" in the Amazon Data Firehose developer guide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Raw

from trailguard.document import Document, Fields, Item, UnknownKind, fields_of, maybe_text, read, unbase64
from trailguard.errors import DecodingError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["transform"]

_raws = msgspec.json.Decoder(list[Raw])


def transform(document: Document, fields: Fields) -> Iterator[Item]:
    """Return each record's data."""
    if (
        "applicationArn" in fields
    ):  # Kinesis Data Analytics has the same keys otherwise, and wants other answers
        raise UnknownKind("an event of Kinesis Data Analytics")
    raws = read(_raws, fields["records"])
    for number, raw in enumerate(raws, 1):
        record = Document(raw, document.inner, ("record", number))
        try:
            yield _data(record)
        except DecodingError as error:
            yield record.failure(str(error))


def _data(record: Document) -> Item:
    fields = fields_of(record.data)
    origin = record.carried_by("firehose", maybe_text(fields, "recordId"))
    try:
        return Document(unbase64(fields, "data"), origin)
    except DecodingError as error:
        return record.failure(str(error), origin)
