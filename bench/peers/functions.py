"""The detections as Python functions, written as for engines that call one after another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from detections import Detection

__all__ = ["as_function", "deep_get", "source"]


def source(detection: Detection, deep_get: str) -> str:
    """Write a detection as a module with a ``rule`` and a ``title``.

    What tells most events apart comes first, so that as little as possible is done for them.

    Args:
        detection: the detection.
        deep_get: how an engine looks into an event, up to the first key: ``event.deep_get(``.
    """
    wanted = [
        f"event.get('eventSource') == '{detection.service}.amazonaws.com'",
        f"event.get('eventName') in {set(detection.events)!r}",
    ]
    if detection.outcome == "success":
        wanted.append("not event.get('errorCode')")
    if detection.identity:
        wanted.append(f"{deep_get}'userIdentity', 'type') == {detection.identity!r}")
    if detection.where:
        found = f"{deep_get}{', '.join(map(repr, detection.path))})"
        if detection.contains:
            wanted.append(f"{detection.contains!r} in str({found})")
        elif detection.equals is None:
            wanted.append(f"{found} is not None")
        else:
            wanted.append(f"{found} == {detection.equals!r}")
    condition = "\n        and ".join(wanted)
    return (
        f"def rule(event):\n    return (\n        {condition}\n    )\n\n\n"
        f"def title(event):\n    return {detection.name!r}\n"
    )


def as_function(detection: Detection) -> Callable[[dict[str, Any]], bool]:
    """Return a detection as a plain function of a record."""
    module: dict[str, Any] = {"deep_get": deep_get}
    exec(source(detection, "deep_get(event, "), module)  # noqa: S102  # it was written above
    function: Callable[[dict[str, Any]], bool] = module["rule"]
    return function


def deep_get(event: object, *keys: str) -> object:
    """Look into a record; None where nothing is."""
    for key in keys:
        if not isinstance(event, dict):
            return None
        event = event.get(key)
    return event
