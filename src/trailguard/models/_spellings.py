"""The spellings in which AWS Config writes one and the same thing.

Sources: "ConfigurationItem" in the AWS Config API reference, and "Example events for AWS Config rules" in the
AWS Config developer guide.
"""

from __future__ import annotations

import json
import math
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from trailguard.models._base import in_utc

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic import ValidatorFunctionWrapHandler

__all__ = ["as_notified", "object_of", "objects_in", "or_none", "pairs_of", "unpacked"]

# The names that GetResourceConfigHistory has for what notifications call otherwise.
_NOTIFICATION_NAME: Final = {
    "accountId": "awsAccountId",
    "arn": "ARN",
    "version": "configurationItemVersion",
    "configurationItemMD5Hash": "configurationStateMd5Hash",
    "configurationStateID": "configurationStateId",  # of 2014
}
_DIGITS: Final = re.compile(r"[0-9]{1,18}")


def object_of(value: object) -> object:
    """Read an object that may be JSON in a text; null is an empty one."""
    if isinstance(value, str):
        value = _parsed(value)
    if value is None:
        return {}
    if isinstance(value, dict):
        return value
    raise ValueError("expected an object, or one as JSON text")


def _parsed(text: str) -> object:
    try:
        value = _json(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except ValueError:
        raise ValueError("expected an object, or one as JSON text") from None  # its message holds the value
    return value


def or_none(value: object, handler: ValidatorFunctionWrapHandler) -> object:
    """Read what is nice to have; what makes no sense is no reason to do without the item."""
    try:
        return handler(value)
    except ValueError:
        return None


def objects_in(value: object) -> object:
    """Read a list of objects, and leave out what is none."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else None


def unpacked(value: object) -> object:
    """Read the values of a supplementary configuration: JSON in a text, in a text again for some."""
    held = object_of(value)
    return {name: _value(one) for name, one in held.items()} if isinstance(held, dict) else held


def _value(value: object) -> object:
    while isinstance(value, str):
        text = value
        try:
            value = _json(text)
        except (ValueError, RecursionError):
            if text.lstrip().startswith(("{", "[")):  # it breaks off: what it would have said, nobody knows
                raise ValueError("expected JSON text") from None
            break  # a text that is meant as one
    return value


def _json(text: str) -> object:
    """Read JSON, of which Python's reader takes more than there is: NaN, and numbers without an end."""
    value: object = json.loads(text, parse_constant=_refuse, parse_float=_finite)
    return value


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _finite(number: str) -> float | str:
    value = float(number)
    return value if math.isfinite(value) else number


def pairs_of(value: object) -> dict[str, str | None]:
    """Read tags: an object of them, or a list of objects with a key and a value each, however spelled.

    A tag whose value is no text is there all the same.
    """
    pairs: Iterable[tuple[Any, Any]] = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        entries = [
            {str(name).lower(): held for name, held in entry.items()}
            for entry in value
            if isinstance(entry, dict)
        ]
        pairs = [(entry["key"], entry.get("value")) for entry in entries if "key" in entry]
    return {
        key: str(held) if isinstance(held, str | int | float) else None
        for key, held in pairs
        if isinstance(key, str)
    }


def as_notified(item: Mapping[str, Any]) -> dict[str, Any]:
    """Put an item into the spelling of notifications, but for what is in its configuration."""
    relationships = item.get("relationships")
    return {_NOTIFICATION_NAME.get(key, key): _notified(key, value) for key, value in item.items()} | {
        "relationships": [
            {"name" if key == "relationshipName" else key: value for key, value in one.items()}
            for one in (relationships if isinstance(relationships, list) else ())
            if isinstance(one, dict)
        ]
    }


def _notified(key: str, value: object) -> object:
    """Return a value as notifications have it: times as text, the id of a state as a number."""
    if isinstance(value, datetime):
        moment = in_utc(value)
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"
    if key.lower() == "configurationstateid" and isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    return value
