"""AWS Config: invocations of custom rules, notifications, and snapshot and history files.

Source: "Example Lambda functions for AWS Config rules", "Notifications that AWS Config sends to an Amazon SNS
topic" and "Viewing AWS Config snapshots" in the AWS Config developer guide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Raw

from trailguard.document import Document, Fields, Item, UnknownKind, maybe_text, read, text
from trailguard.record import Json, Record, printable

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailguard.record import Origin

__all__ = ["item", "items", "message", "rule_invocation"]

# What every message of AWS Config has beside its type; one of them is enough.
_MARKS: Final = ("recordVersion", "notificationCreationTime", "configurationItem", "configurationItemSummary")

_raws = msgspec.json.Decoder(list[Raw])


def rule_invocation(document: Document, fields: Fields) -> Iterable[Item]:
    """Return what a custom rule was invoked for."""
    origin = document.inner / f"config rule {maybe_text(fields, 'configRuleName')}"
    return [Document(text(fields, "invokingEvent").encode(), origin)]


def message(document: Document, fields: Fields) -> Iterable[Item]:
    """Return the configuration item that a notification brings, if it brings one."""
    kind = text(fields, "messageType")
    if fields.keys().isdisjoint(_MARKS):
        raise UnknownKind(f"a message of type {kind!r}")
    if kind == "ConfigurationItemChangeNotification" and "configurationItem" in fields:
        return [_record(fields["configurationItem"], document.inner, None)]
    return [document.ignored(f"an AWS Config {printable(kind)}")]


def items(document: Document, fields: Fields) -> Iterable[Item]:
    """Return the items of a snapshot or history file, or of GetResourceConfigHistory's answer."""
    raws = read(_raws, fields["configurationItems"])
    return [_record(raw, document.inner, ("item", number)) for number, raw in enumerate(raws, 1)]


def item(document: Document, fields: Fields) -> Iterable[Item]:  # noqa: ARG001  # it is taken as it is
    """Return a configuration item that comes by itself."""
    return [_record(document.data, document.origin, document.position)]


def _record(raw: Json, origin: Origin, position: tuple[str, int] | None) -> Record:
    return Record(raw, origin, position, kind="configuration item")
