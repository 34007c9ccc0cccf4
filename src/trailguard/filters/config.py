"""The resource types that AWS Config has to record, and a custom rule of it to be invoked for.

Source: "Supported resource types" in the AWS Config developer guide, as botocore's service model has them.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from trailguard.errors import FilterError
from trailguard.match import glob, is_wild

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailguard.listeners import Listener

__all__ = ["known_resource_types", "patterns_by_rule", "resource_types"]


def resource_types(listeners: Iterable[Listener]) -> list[str]:
    """Return the resource types that rules listen to, sorted.

    Args:
        listeners: rules as the settings have them.

    Raises:
        FilterError: when AWS Config is not known to have any type that a pattern with wildcards takes.
    """
    return sorted(
        {
            resource_type
            for rule_id, patterns in patterns_by_rule(listeners).items()
            for pattern in patterns
            for resource_type in _types(pattern, rule_id)
        }
    )


def patterns_by_rule(listeners: Iterable[Listener]) -> dict[str, list[str]]:
    """Return the patterns of resource types that each rule listens to, by its id."""
    return {
        listener.rule.id: [
            pattern
            for match in listener.matches
            if match.kind == "configuration item"
            for pattern in match.on
        ]
        for listener in listeners
    }


def _types(pattern: str, rule_id: str) -> list[str]:
    if not is_wild(pattern):
        return [pattern]
    wanted = glob(pattern)
    found = [one for one in known_resource_types() if wanted.fullmatch(one)]
    if not found:
        problem = (
            f"AWS Config is not known to have a resource type like {pattern!r}; name those that are meant"
        )
        raise FilterError(f"rule {rule_id}: {problem}")
    return found


@cache
def known_resource_types() -> tuple[str, ...]:
    """Return the resource types that AWS Config has, as far as the installed botocore knows."""
    from botocore.session import Session  # noqa: PLC0415  # cold starts do without it

    shape = Session().get_service_model("config").shape_for("ResourceType")
    return tuple(shape.metadata["enum"])
