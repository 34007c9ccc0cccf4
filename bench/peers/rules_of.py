"""The detections as rules of trailguard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from functions import deep_get

from trailguard import CloudTrailEvent, Match, Rule, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Callable

    from detections import Detection

__all__ = ["as_rule"]


def as_rule(detection: Detection) -> Rule:
    """Return a detection as a rule."""
    fits = _content(detection)

    def check(event: CloudTrailEvent) -> str | None:
        return detection.name if fits(event) else None

    check.__name__ = detection.name.replace("-", "_")
    match = Match(
        *(f"{detection.service}:{name}" for name in detection.events),
        outcome=detection.outcome,
        identity=detection.identity or (),
    )
    return rule(on=match, severity=Severity.MEDIUM, title=detection.name)(check)


def _content(detection: Detection) -> Callable[[CloudTrailEvent], bool]:
    """Return what must be in an event beyond what a rule listens to."""
    if not detection.where:
        return lambda event: True  # noqa: ARG005
    first, *keys = detection.path
    if detection.contains:
        return lambda event: detection.contains in str(deep_get(_fields(event)[first], *keys))
    if detection.equals is None:
        return lambda event: deep_get(_fields(event)[first], *keys) is not None
    return lambda event: deep_get(_fields(event)[first], *keys) == detection.equals


def _fields(event: CloudTrailEvent) -> dict[str, object]:
    return {
        "requestParameters": event.request_parameters,
        "responseElements": event.response_elements,
        "additionalEventData": event.additional_event_data,
    }
