"""Messages of an SQS queue, as a Lambda function gets them.

Source: "Using AWS Lambda with Amazon SQS" in the AWS Lambda developer guide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailguard.document import Document, Fields, Item, maybe_text, text
from trailguard.errors import DecodingError

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["message"]


def message(document: Document, fields: Fields) -> Iterable[Item]:
    """Return a message's body."""
    origin = document.carried_by("sqs", maybe_text(fields, "messageId"))
    try:
        return [Document(text(fields, "body").encode(), origin)]
    except DecodingError as error:
        return [document.failure(str(error), origin)]
