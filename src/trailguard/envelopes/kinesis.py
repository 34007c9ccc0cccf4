"""Records of a Kinesis stream, as a Lambda function gets them.

Source: "Using AWS Lambda with Amazon Kinesis" in the AWS Lambda developer guide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailguard.document import Document, Fields, Item, fields_of, maybe_text, unbase64
from trailguard.errors import DecodingError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["record"]


def record(document: Document, fields: Fields) -> Iterable[Item]:
    """Return a record's data."""
    kinesis = fields_of(fields.get("kinesis", b"{}"))
    origin = document.carried_by("kinesis", maybe_text(kinesis, "sequenceNumber"))
    try:
        return [Document(unbase64(kinesis, "data"), origin)]
    except DecodingError as error:
        return [document.failure(f"kinesis.{error}", origin)]
