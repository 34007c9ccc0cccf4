"""What S3 says of new objects: by notification and by EventBridge.

Source: "Event message structure" and "EventBridge event message structure" in the Amazon S3 user guide;
"Finding your CloudTrail log files" in the AWS CloudTrail user guide and "Viewing AWS Config snapshots" in the
AWS Config developer guide for the keys.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

import msgspec

from trailguard.document import Document, Fields, Item, UnknownKind, maybe_text, read, text
from trailguard.errors import DecodingError
from trailguard.record import ObjectRef, printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailguard.record import Origin

__all__ = ["eventbridge_detail", "object_or_reason", "record", "test_event"]

# AWSLogs/ACCOUNT/SERVICE/…, in an organization's trail AWSLogs/o-ORGANIZATION/ACCOUNT/SERVICE/…
_LOGS_OF: Final = re.compile(r"(?:^|/)AWSLogs/(?:o-[a-z0-9]+/)?\d{12}/([^/]+)/")


class _Bucket(msgspec.Struct):
    name: str


class _Object(msgspec.Struct):
    key: str
    version_id: str | None = msgspec.field(name="versionId", default=None)
    eventbridge_version_id: str | None = msgspec.field(name="version-id", default=None)


class _Stored(msgspec.Struct):
    bucket: _Bucket
    object: _Object


_stored = msgspec.json.Decoder(_Stored)


def record(document: Document, fields: Fields) -> Iterable[Item]:
    """Return the object that a notification names, if it is new. Its key is URL-encoded."""
    happened = text(fields, "eventName").removeprefix("s3:")
    if not happened.startswith("ObjectCreated:"):
        return [document.ignored(f"an S3 notification of {printable(happened)}")]
    if "s3" not in fields:
        raise DecodingError("it has no s3")
    stored = read(_stored, fields["s3"])
    key = unquote_plus(stored.object.key)
    return [object_or_reason(document.origin, stored.bucket.name, key, stored.object.version_id)]


def eventbridge_detail(document: Document, detail_type: str) -> Iterable[Item]:
    """Return the object that an EventBridge event names, if it is new. Its key is not URL-encoded."""
    if detail_type != "Object Created":
        return [document.ignored(f"an S3 event of type {detail_type!r}")]
    stored = read(_stored, document.data)
    version_id = stored.object.eventbridge_version_id
    return [object_or_reason(document.origin, stored.bucket.name, stored.object.key, version_id)]


def test_event(document: Document, fields: Fields) -> Iterable[Item]:
    """Tell the message that S3 sends when notifications are set up."""
    if maybe_text(fields, "Event") != "s3:TestEvent":
        raise UnknownKind("a message of S3 that is no notification")
    return [document.ignored("the test message of S3")]


def object_or_reason(origin: Origin, bucket: str, key: str, version_id: str | None = None) -> Item:
    """Return an object to fetch, or, where its key says that it holds no events, why it is left alone."""
    ref = ObjectRef(bucket, key, version_id, origin)
    logs_of = _LOGS_OF.search(key)
    reason = None
    if key.endswith("/"):
        reason = "a folder in S3"
    elif logs_of and logs_of[1] == "CloudTrail-Digest":
        reason = "a CloudTrail digest file"
    elif logs_of and logs_of[1] == "Config" and key.endswith("ConfigWritabilityCheckFile"):
        reason = "a file by which AWS Config finds out whether it may write"
    elif logs_of and logs_of[1] != "Config" and not logs_of[1].startswith("CloudTrail"):
        reason = f"a file of {printable(logs_of[1])} in S3"
    return Document(b"", ref.inner).ignored(reason) if reason else ref
