"""EventBridge event patterns that are in use.

Sources: "Comparison operators" and "AWS service events delivered via CloudTrail" in the Amazon EventBridge
user guide; "DescribeRule" and "ListRules" in the Amazon EventBridge API reference.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from trailguard.errors import FilterError
from trailguard.filters._globs import disjoint, includes, loosened
from trailguard.filters.calls import READING
from trailguard.filters.cases import gaps
from trailguard.filters.cloudtrail import DATA_EVENTS
from trailguard.filters.config import patterns_by_rule
from trailguard.filters.deployed import as_list, loaded
from trailguard.match import is_wild

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailguard.filters.cases import Case
    from trailguard.listeners import Listener

__all__ = ["event_pattern_gaps"]

_ESCAPED_STAR = re.compile(r"(\\\\|[^\\])*\\\*", re.DOTALL)
_ANY_EVENT: Case = {"detail-type": "* via CloudTrail"}
_ANY_ITEM: Case = {"source": "aws.config", "detail-type": "Config Configuration Item Change"}
_WITH_READINGS: Final = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"


class _InUse(NamedTuple):
    """An event pattern; and whether management events that read come to it, which the rule's state says."""

    pattern: dict[str, Any]
    with_readings: bool = True


def event_pattern_gaps(listeners: Iterable[Listener], text: str, source: str) -> list[str]:
    """Return what rules listen to and no pattern is known to let through; a line for people for each.

    Args:
        listeners: rules as the settings have them.
        text: a JSON list of patterns, or one pattern; or what ``aws events describe-rule`` or ``list-rules``
            prints.
        source: where the text is from, for errors.

    Raises:
        FilterError: when the text is none of this.
    """
    in_use = _in_use(loaded(text, source), source)
    listeners = list(listeners)

    def lets_through(case: Case, *, by_state: bool = True) -> bool:
        wrapped = {f"detail.{path}": value for path, value in case.items()} | _ANY_EVENT
        reads = by_state and _may_read(case)
        return any(_takes(one.pattern, wrapped) for one in in_use if one.with_readings or not reads)

    found = gaps(listeners, lets_through)
    by_pattern = set(gaps(listeners, partial(lets_through, by_state=False)) if found else ())
    return [
        gap if gap in by_pattern else f"{gap}: if it reads, a rule in the state ENABLED does not see it"
        for gap in found
    ] + [
        f"{rule_id}: {pattern}"
        for rule_id, types in patterns_by_rule(listeners).items()
        for pattern in types
        if not all(any(_takes(one.pattern, case) for one in in_use) for case in _of_items(loosened(pattern)))
    ]


def _may_read(case: Case) -> bool:
    """Tell whether there may be management events of a case that read; by the name, if nothing else says."""
    source, name, read_only = case["eventSource"], str(case["eventName"]), case.get("readOnly")
    if any(source == f"{service}.amazonaws.com" and name in names for service, names in DATA_EVENTS.values()):
        return False
    return read_only is True or (
        read_only is None and not all(disjoint(name, f"{verb}*") for verb in READING)
    )


def _of_items(resource_type: str) -> list[Case]:
    return [
        {**_ANY_ITEM, f"detail.{item}.resourceType": resource_type}
        for item in ("configurationItem", "configurationItemSummary")
    ]


def _in_use(data: Any, source: str) -> list[_InUse]:  # noqa: ANN401  # JSON of any shape
    if isinstance(data, dict) and isinstance(data.get("Rules"), list):
        data = data["Rules"]
    found = []
    for one in as_list(data):
        pattern, with_readings = one, True
        if isinstance(one, dict) and "ScheduleExpression" in one and "EventPattern" not in one:
            continue
        if isinstance(one, dict) and isinstance(one.get("EventPattern"), str):
            if one.get("State") == "DISABLED":
                continue
            pattern = loaded(one["EventPattern"], source)
            with_readings = one.get("State") in {None, _WITH_READINGS}
        if not isinstance(pattern, dict):
            raise FilterError(f"{source}: expected event patterns, not {type(pattern).__name__}")
        found.append(_InUse(pattern, with_readings))
    return found


def _takes(pattern: dict[str, Any], case: Case, path: str = "") -> bool:
    """Tell whether a pattern takes every event of a case."""
    return bool(pattern) and all(_field_takes(key, node, case, path) for key, node in pattern.items())


def _field_takes(key: str, node: Any, case: Case, path: str) -> bool:  # noqa: ANN401  # JSON of any shape
    if isinstance(node, dict):
        return _takes(node, case, f"{path}{key}.")
    if not isinstance(node, list):
        return False
    if key == "$or":
        return any(isinstance(one, dict) and _takes(one, case, path) for one in node)
    field = f"{path}{key}"
    if field not in case:
        return {"exists": True} in node and {"exists": False} in node
    return any(_test_takes(test, case[field]) for test in node)


def _test_takes(test: object, value: str | bool | None) -> bool:  # noqa: FBT001  # a field's value
    match test:
        case {"exists": bool(exists)}:
            return exists == (value is not None)
        case _ if value is None or isinstance(value, bool):
            return value is not None and test is value
        case str():
            return test == value and not is_wild(value)
        case {"equals-ignore-case": str(text)}:
            return text.lower() == value.lower() and not is_wild(value)
        case {"anything-but": unwanted}:
            patterns = [_as_pattern(one) for one in as_list(unwanted)]
            return bool(patterns) and all(one is not None and disjoint(one, value) for one in patterns)
    pattern = _as_pattern(test)
    return pattern is not None and includes(pattern, value)


def _as_pattern(test: object) -> str | None:
    """Return a test as a pattern with ``*``; None, if it cannot be written so."""
    match test:
        case str(text) if not is_wild(text):
            return text
        case {"prefix": str(text)} if not is_wild(text):
            return f"{text}*"
        case {"suffix": str(text)} if not is_wild(text):
            return f"*{text}"
        case {"wildcard": str(text)} if "?" not in text and not _ESCAPED_STAR.match(text):
            return text.replace("\\\\", "\\")
    return None
