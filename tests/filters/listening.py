"""Listeners to whatever a test names, and what AWS makes of a configuration item."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from generated import listener

from trailguard import ConfigurationItem, Engine, Match, ScheduledRun, Severity, rule

if TYPE_CHECKING:
    from trailguard.listeners import Listener

__all__ = ["of_items", "record", "to_calls", "to_items", "to_schedule"]


def to_calls(*on: Match | str) -> tuple[Listener, ...]:
    """Make a rule of each match, and listeners of them."""
    matches = [Match(one) if isinstance(one, str) else one for one in on]
    return Engine(
        [listener(match, rule_id=f"rule-{n}") for n, match in enumerate(matches, start=1)]
    ).listeners


def to_items(*resource_types: str) -> tuple[Listener, ...]:
    """Make a rule that listens to resource types, and a listener of it."""

    @rule(on=resource_types, severity=Severity.LOW, title="Listener")
    def listen(item: ConfigurationItem) -> None:
        del item

    return Engine([replace(listen, id="items")]).listeners


def to_schedule() -> tuple[Listener, ...]:
    """Make a rule that listens to periodic runs, and a listener of it."""

    @rule(on="schedule", severity=Severity.LOW, title="Listener")
    def listen(run: ScheduledRun) -> None:
        del run

    return Engine([replace(listen, id="schedule")]).listeners


def record(action: str, **fields: Any) -> dict[str, Any]:
    """Return what filters may ask for of a CloudTrail record, of a user's call."""
    service, _, name = action.partition(":")
    source = f"{service}.amazonaws.com"
    return {"eventSource": source, "eventName": name, "userIdentity": {"type": "IAMUser"}, **fields}


def of_items(
    resource_type: str, item: str = "configurationItem", source: str = "aws.config"
) -> dict[str, Any]:
    """Return the event by which EventBridge passes on a change."""
    return {
        "source": source,
        "detail-type": "Config Configuration Item Change",
        "detail": {item: {"resourceType": resource_type}},
    }
