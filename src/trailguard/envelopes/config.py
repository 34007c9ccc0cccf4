"""AWS Config: invocations of custom rules, notifications, and snapshot and history files.

Sources: "Example Lambda functions for AWS Config rules", "Notifications that AWS Config sends to an Amazon
SNS topic" and "Viewing AWS Config snapshots" in the AWS Config developer guide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trailguard.document import Document, Fields, Item, UnknownKind, fields_of, maybe_text, text
from trailguard.errors import DecodingError
from trailguard.record import ObjectRef, OversizedItem, Record, printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from msgspec import Raw

__all__ = ["item", "message", "rule_invocation"]

# What every message of AWS Config has beside its type; one of them is enough.
_MARKS: Final = ("recordVersion", "notificationCreationTime", "configurationItem", "configurationItemSummary")


def rule_invocation(document: Document, fields: Fields) -> Iterable[Item]:
    """Return what a custom rule was invoked for."""
    origin = document.inner / f"config rule {maybe_text(fields, 'configRuleName')}"
    account_id = maybe_text(fields, "accountId")
    invoking = Document(text(fields, "invokingEvent").encode(), origin, None, account_id)
    try:
        inner = fields_of(invoking.data)
        if text(inner, "messageType") == "ConfigurationSnapshotDeliveryCompleted":
            # To others it says that all is as it was; to a rule, that everything is to be evaluated.
            return [ObjectRef(text(inner, "s3Bucket"), text(inner, "s3ObjectKey"), None, origin)]
        return message(invoking, inner)
    except DecodingError as error:
        return [invoking.failure(str(error))]


def message(document: Document, fields: Fields) -> Iterable[Item]:
    """Return the configuration item that a notification brings, if it brings one."""
    kind = text(fields, "messageType")
    if fields.keys().isdisjoint(_MARKS):
        raise UnknownKind(f"a message of type {kind!r}")
    match kind:
        case "OversizedConfigurationItemChangeNotification" if "configurationItemSummary" in fields:
            return [OversizedItem(_item(document, fields["configurationItemSummary"]))]
        case _ if "configurationItem" in fields:
            return [_item(document, fields["configurationItem"])]
        case "ConfigurationItemChangeNotification":
            raise DecodingError("it has no configurationItem")
        case "OversizedConfigurationItemChangeNotification":
            raise DecodingError("it has no configurationItemSummary")
        case "ScheduledNotification":
            account_id = document.account_id
            return [Record(document.data, document.inner, None, account_id, kind="scheduled run")]
        case _:
            return [document.ignored(f"an AWS Config {printable(kind)}")]


def item(document: Document, fields: Fields) -> Iterable[Item]:  # noqa: ARG001  # it is taken as it is
    """Return a configuration item that comes by itself."""
    return [document.record("configuration item")]


def _item(document: Document, raw: Raw) -> Record:
    return Document(raw, document.inner, None, document.account_id).record("configuration item")
