"""What was asked for, whatever capitals it has: ``dBInstanceIdentifier``, ``dbInstanceIdentifier``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trailguard.rules._json import first_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from trailguard.models.cloudtrail import CloudTrailEvent

__all__ = ["fields", "is_false", "is_zero", "named"]


def fields(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what an object holds by its names in lower case."""
    return {key.lower(): value for key, value in values.items()}


def named(event: CloudTrailEvent, names: Iterable[str]) -> str | None:
    """Return what a call is about: by the first of some names, in lower case, that its request has."""
    return first_text(*map(fields(event.request_parameters).get, names))


def is_false(value: object) -> bool:
    """Tell whether something is said to be false, which is more than that it is not said."""
    return value is False or value == "false"


def is_zero(value: object) -> bool:
    """Tell whether a number is said to be nought; some records have numbers as text."""
    return str(value) == "0"
