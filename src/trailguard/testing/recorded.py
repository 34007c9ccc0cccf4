"""Events that somebody recorded, from files, for tests of rules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from trailguard.decode import decode
from trailguard.errors import DecodingError
from trailguard.explain import event_of
from trailguard.models.config import ConfigurationItem
from trailguard.record import Batch, DecodeFailure, Ignored, Origin, Record
from trailguard.testing.deliveries import SampleEvent
from trailguard.testing.items import SampleItem

if TYPE_CHECKING:
    import os

    from trailguard._rule import Event
    from trailguard.record import Decoded, Kind

__all__ = ["recorded_event", "recorded_item"]


def recorded_event(path: str | os.PathLike[str]) -> SampleEvent:
    """Read the CloudTrail record of a file: by itself, or in whatever AWS delivered it in; gzipped or not.

    Args:
        path: the file, relative to where the tests are run from.

    Raises:
        OSError: when the file cannot be read.
        ValueError: when there is not exactly one record in it, or it is damaged.
        UnsupportedEvent: when nobody knows the shape of what is in it.
        DecodingError: when the record is none.
    """
    return SampleEvent.model_validate(_only("event", path).raw)


def recorded_item(path: str | os.PathLike[str]) -> SampleItem:
    """Read the configuration item of a file: by itself, or in whatever AWS delivered it in; gzipped or not.

    Args:
        path: the file, relative to where the tests are run from.

    Raises:
        OSError: when the file cannot be read.
        ValueError: when there is not exactly one item in it, or it is damaged.
        UnsupportedEvent: when nobody knows the shape of what is in it.
        DecodingError: when the item is none.
    """
    event = _only("configuration item", path)
    return SampleItem.model_validate(event.as_notified if isinstance(event, ConfigurationItem) else event.raw)


def _only(kind: Kind, path: str | os.PathLike[str]) -> Event:
    decoded = list(decode(Path(path).read_bytes(), Origin.at(str(path))))
    records = [record for item in decoded for record in _records(item)]
    found = [record for record in records if record.kind == kind]
    if len(found) != 1 or any(isinstance(item, DecodeFailure) for item in decoded):
        others = sorted({record.kind for record in records} - {kind})
        reasons = [*(f"it has another kind: {other}" for other in others), *map(_reason, decoded)]
        told = "".join(f"; {reason}" for reason in reasons if reason)
        raise ValueError(f"{path}: expected one {kind}, found {len(found)}{told}")
    try:
        return event_of(found[0])
    except DecodingError as error:
        raise DecodingError(f"{path}: {error}") from None


def _records(item: Decoded) -> list[Record]:
    if isinstance(item, Batch):
        return item.records()
    return [item] if isinstance(item, Record) else []


def _reason(item: Decoded) -> str:
    """Say why something decoded is no record; nothing if it is."""
    match item:
        case Record() | Batch():
            return ""
        case DecodeFailure():
            return item.error
        case Ignored():
            return item.reason
        case _:
            return f"{item.place} is not in the file"
