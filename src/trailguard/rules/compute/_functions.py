"""What calls of Lambda are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailguard.rules._json import first_text

if TYPE_CHECKING:
    from trailguard.models.cloudtrail import CloudTrailEvent

__all__ = ["function_of"]


def function_of(event: CloudTrailEvent) -> str | None:
    """Return the name of the function that a call is about, without version or alias; None where it has none.

    Callers may give its ARN, all of it or from the account on, and then that is what CloudTrail writes.
    """
    parts = (first_text(event.request_parameters.get("functionName")) or "").split(":")
    name = parts[parts.index("function", 1) + 1] if "function" in parts[1:-1] else parts[0]
    return name or None
