"""EventBridge events: of CloudTrail, of S3 and of AWS Config.

Source: "AWS service events delivered via AWS CloudTrail" and the event references of the Amazon EventBridge
user guide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailguard.document import Document, Fields, Item, UnknownKind, fields_of, maybe_text, text
from trailguard.envelopes import config, s3

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["event"]


def event(document: Document, fields: Fields) -> Iterable[Item]:
    """Return what an event is about."""
    detail_type = text(fields, "detail-type")
    source = maybe_text(fields, "source")
    detail = _detail(document, fields)
    # Docs and deployed rules spell the sign-in's type differently, and new types come without notice.
    if detail_type.lower().endswith(" via cloudtrail"):
        return [detail]
    if source == "aws.s3":
        return s3.eventbridge_detail(detail, detail_type)
    if source == "aws.config" and detail_type.startswith("Config "):
        return config.message(detail, fields_of(detail.data))
    raise UnknownKind(f"an EventBridge event of type {detail_type!r}")


def _detail(document: Document, fields: Fields) -> Document:
    """Return the detail, which some senders pass as text."""
    origin = document.inner / f"eventbridge {maybe_text(fields, 'id')}"
    account_id = maybe_text(fields, "account")
    detail = fields["detail"]
    if bytes(memoryview(detail)[:1]) == b'"':
        return Document(text(fields, "detail").encode(), origin, None, account_id)
    return Document(detail, origin, None, account_id)
