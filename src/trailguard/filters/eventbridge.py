"""EventBridge event patterns.

Sources: "Amazon EventBridge event patterns", "Comparison operators" and "EventBridge quotas" in the Amazon
EventBridge user guide; "AWS service events delivered via CloudTrail" there, and "Monitoring AWS Config with
Amazon EventBridge" in the AWS Config developer guide.
"""

from __future__ import annotations

import json
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, TypeVar

from trailguard.errors import FilterError
from trailguard.filters._globs import loosened
from trailguard.filters.calls import Call, calls, event_names, event_sources
from trailguard.filters.config import patterns_by_rule
from trailguard.match import is_wild

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from trailguard.listeners import Listener

__all__ = ["MAX_CHARACTERS", "event_patterns", "item_patterns"]

Pattern = dict[str, Any]
T = TypeVar("T")

MAX_CHARACTERS: Final = 2048
"""The most that an event pattern may have, without any blanks."""

# Every kind of event that comes through CloudTrail; sign-ins are spelled in two ways.
_VIA_CLOUDTRAIL: Final[Pattern] = {"detail-type": [{"suffix": " via CloudTrail"}]}
_FROM_CONFIG: Final[Pattern] = {"source": ["aws.config"], "detail-type": [{"prefix": "Config "}]}
_SUCCEEDED: Final = [{"exists": False}, None, ""]
_FAILED_SIGN_IN: Final[Pattern] = {"responseElements": {"ConsoleLogin": ["Failure"]}}


def event_patterns(listeners: Iterable[Listener]) -> list[Pattern]:
    """Return event patterns that together let through every CloudTrail event that a rule listens to.

    An event that two rules listen to under different conditions may match two patterns, and then invokes the
    function twice.

    Args:
        listeners: rules as the settings have them.

    Returns:
        The patterns, each within `MAX_CHARACTERS`; none, where no rule listens to any call.

    Raises:
        FilterError: when a name alone is too long for a pattern.
    """
    wanted = calls(listeners)
    by_conditions = sorted(wanted, key=_conditions_text)
    patterns = [
        pattern
        for _, group in groupby(by_conditions, key=_conditions_text)
        for pattern in _of_one_condition(list(group))
    ]
    if any(call.fails_without_a_code for call in wanted):
        # Whatever they are called: an event says of few calls how a sign-in went.
        patterns.append({**_VIA_CLOUDTRAIL, "detail": _FAILED_SIGN_IN})
    return patterns


def item_patterns(listeners: Iterable[Listener]) -> list[Pattern]:
    """Return event patterns that let through every change of an item of AWS Config that a rule listens to.

    Args:
        listeners: rules as the settings have them.

    Returns:
        The patterns, each within `MAX_CHARACTERS`; none, where no rule listens to any item.

    Raises:
        FilterError: when a resource type alone is too long for a pattern.
    """
    by_rule = patterns_by_rule(listeners)
    types = sorted({loosened(pattern) for patterns in by_rule.values() for pattern in patterns})
    return [_of_items(batch) for batch in _batches(types, _of_items)]


def _of_items(types: Sequence[str]) -> Pattern:
    of_type = {"resourceType": [_test(one) for one in types]}
    either = [{"configurationItem": of_type}, {"configurationItemSummary": of_type}]
    return {**_FROM_CONFIG, "detail": {"$or": either}}


def _conditions_text(call: Call) -> str:
    return json.dumps(_conditions(call), sort_keys=True)


def _conditions(call: Call) -> Pattern:
    """Return what the events of a call have in common besides their names; less, where that would be long."""
    conditions: Pattern = {}
    if call.outcome == "success":
        conditions["errorCode"] = _SUCCEEDED
    elif call.outcome == "failure":
        codes = [_test(code) for code in call.error]
        conditions["errorCode"] = codes if codes and _fits(codes) else [{"exists": True}]
    if call.identity and _fits(call.identity):
        conditions["userIdentity"] = {"type": list(call.identity)}
    if call.read_only is not None:
        # LookupEvents has it as a text, and what it gives may be put on a bus.
        conditions["readOnly"] = [call.read_only, str(call.read_only).lower()]
    return conditions


def _fits(values: object) -> bool:
    return len(_text(values)) <= MAX_CHARACTERS // 4


def _of_one_condition(group: list[Call]) -> Iterator[Pattern]:
    conditions = _conditions(group[0])
    names = sorted({(call.service, name) for call in group for name in event_names(call)})

    def pattern(batch: Sequence[tuple[str, str]]) -> Pattern:
        services = [
            _of_service(service, [name for _, name in those]) for service, those in _by_service(batch)
        ]
        # If every service is one of them, that comes first, and there is nothing to choose.
        which = {"$or": services} if services[0] and len(services) > 1 else services[0]
        detail = conditions | which
        return {**_VIA_CLOUDTRAIL, "detail": detail} if detail else _VIA_CLOUDTRAIL

    for batch in _batches(names, pattern):
        yield pattern(batch)


def _by_service(names: Iterable[tuple[str, str]]) -> Iterator[tuple[str, Iterator[tuple[str, str]]]]:
    return groupby(names, key=lambda one: one[0])


def _of_service(service: str, names: list[str]) -> Pattern:
    fields = {"eventSource": event_sources(service), "eventName": names}
    return {
        field: [_test(one) for one in patterns] for field, patterns in fields.items() if "*" not in patterns
    }


def _test(pattern: str) -> str | dict[str, str]:
    """Write a pattern without ``?`` as EventBridge does."""
    if not is_wild(pattern):
        return pattern
    if not is_wild(pattern[:-1]):
        return {"prefix": pattern[:-1]}
    if not is_wild(pattern[1:]):
        return {"suffix": pattern[1:]}
    return {"wildcard": pattern.replace("\\", "\\\\")}


def _batches(items: Sequence[T], pattern: Callable[[Sequence[T]], Pattern]) -> Iterator[list[T]]:
    """Cut items into as few batches, in their order, as pattern's size allows.

    Raises:
        FilterError: when an item alone is too long.
    """
    batch: list[T] = []
    for item in items:
        if (size := len(_text(pattern([item])))) > MAX_CHARACTERS:
            problem = f"needs an event pattern of {size:,} characters; EventBridge takes {MAX_CHARACTERS:,}"
            raise FilterError(f"{':'.join(item) if isinstance(item, tuple) else item} {problem}")
        if batch and len(_text(pattern([*batch, item]))) > MAX_CHARACTERS:
            yield batch
            batch = []
        batch.append(item)
    if batch:
        yield batch


def _text(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
