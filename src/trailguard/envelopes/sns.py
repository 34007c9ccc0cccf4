"""Messages of an SNS topic: as a Lambda function gets them, and as they lie in a queue.

Source: "Parsing Amazon SNS message formats" in the Amazon SNS developer guide, and "Using AWS Lambda with
Amazon SNS" in the AWS Lambda developer guide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trailguard.document import Document, Fields, Item, fields_of, maybe_text, text
from trailguard.errors import DecodingError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailguard.record import Origin

__all__ = ["notification", "record"]

_CONFIRMATIONS: Final = ("SubscriptionConfirmation", "UnsubscribeConfirmation")
_VALIDATION: Final = "CloudTrail validation message"
_CONFIG_SUBJECT: Final = "[AWS Config:"


def record(document: Document, fields: Fields) -> Iterable[Item]:
    """Return the message that invoked a Lambda function."""
    message = fields_of(fields.get("Sns", b"{}"))
    origin = document.carried_by("sns", maybe_text(message, "MessageId"))
    try:
        return [_message(document, message, origin)]
    except DecodingError as error:
        return [document.failure(str(error), origin)]


def notification(document: Document, fields: Fields) -> Iterable[Item]:
    """Return the message that a topic delivered to a queue or by HTTP."""
    return [_message(document, fields, document.inner / "sns")]


def _message(document: Document, fields: Fields, origin: Origin) -> Item:
    kind = maybe_text(fields, "Type")
    if kind in _CONFIRMATIONS:
        return document.ignored(f"an SNS {kind}", origin)
    if "Message" in fields and bytes(memoryview(fields["Message"])[:1]) == b"{":
        return Document(fields["Message"], origin)  # hand-made events have an object where SNS has its text
    message = text(fields, "Message")
    if message.startswith(_VALIDATION):
        return document.ignored("CloudTrail's validation message", origin)
    is_prose = not message.lstrip().startswith("{")
    if is_prose and (maybe_text(fields, "Subject") or "").startswith(_CONFIG_SUBJECT):
        return document.ignored("an AWS Config notification in prose", origin)
    return Document(message.encode(), origin)
