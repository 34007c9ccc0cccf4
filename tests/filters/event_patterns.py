"""Judges what an EventBridge event pattern lets through, and whether EventBridge would take it.

Sources: "Amazon EventBridge event patterns", "Comparison operators for use in event patterns" and "Amazon
EventBridge quotas" in the EventBridge user guide. What is let through is decided by moto. Its reading is one
of several in these points, so whoever wants an event to be let through must not depend on them:

- whether ``{}`` and ``[]`` exist (to moto they do), and whether ``anything-but`` is true of them;
- which objects of a list have to have the fields that a pattern asks for (moto looks into none);
- what ``[{"exists": false}, "x"]`` means: one or the other, to moto;
- whether ``*`` of a wildcard takes a line break (to moto it does not).

How many wildcards are too many ("Rule is too complex") is nowhere said, and not told here.
"""

from __future__ import annotations

import ipaddress
import json
import math
import re
from typing import TYPE_CHECKING, Any, Final, cast

from moto.events.models import EventPattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["MAX_COMBINATIONS", "MAX_LENGTH", "NODES", "lets_through", "problems"]

MAX_LENGTH: Final = 2048
"""How many characters an event pattern may have."""

MAX_COMBINATIONS: Final = 1000
"""What the numbers of alternatives of all ``$or`` may amount to, multiplied."""

_WILDCARD: Final = re.compile(r"(?:[^\\*]|\\[\\*]|\*(?!\*))*", re.DOTALL)

NODES: Final = frozenset(
    {
        "detail",
        "detail.additionalEventData",
        "detail.requestParameters",
        "detail.responseElements",
        "detail.serviceEventDetails",
        "detail.tlsDetails",
        "detail.userIdentity",
        "detail.userIdentity.sessionContext",
        "detail.userIdentity.sessionContext.attributes",
        "detail.userIdentity.sessionContext.sessionIssuer",
    }
)
"""What is no leaf in the events that CloudTrail sends, or not always."""


def lets_through(pattern: dict[str, Any], event: dict[str, Any]) -> bool:
    """Tell whether a rule with this pattern would pass an event on; the event is the whole of it."""
    return bool(EventPattern.load(json.dumps(pattern)).matches_event(cast("Any", event)))


def problems(pattern: dict[str, Any]) -> list[str]:
    """Say why EventBridge would refuse a pattern, or would not do what it looks like; nothing if neither."""
    found = list(_of_object(pattern, ""))
    length = len(json.dumps(pattern, separators=(",", ":"), ensure_ascii=False))
    if length > MAX_LENGTH:
        found.append(f"{length:,} characters; at most {MAX_LENGTH:,} are allowed")
    combinations = math.prod(_alternatives(pattern))
    if combinations > MAX_COMBINATIONS:
        found.append(f"{combinations:,} combinations of $or; at most {MAX_COMBINATIONS:,} are allowed")
    found += [f"{path}: is asked twice, within $or and beside it" for path in sorted(_asked(pattern, "")[1])]
    return found


def _of_object(node: dict[str, Any], place: str) -> Iterator[str]:
    if not node:
        yield f"{place or 'the pattern'}: is empty"
    for key, value in node.items():
        path = f"{place}.{key}".lstrip(".")
        if key == "$or":
            yield from _of_alternatives(value, place)
        elif isinstance(value, dict):
            yield from _of_object(value, path)
        elif not isinstance(value, list):
            yield f"{path}: has to be a list or an object"
        elif not value:
            yield f"{path}: is an empty list"
        else:
            for item in value:
                yield from _of_item(item, path)


def _of_alternatives(value: Any, place: str) -> Iterator[str]:
    """Check an ``$or``. What does not have its form is taken for a field of that name."""
    is_list = isinstance(value, list) and all(isinstance(item, dict) for item in value)
    if not is_list or len(value) < 2:
        yield f"{place or 'the pattern'}: $or needs a list of at least two objects"
        return
    for item in value:
        if operators := sorted(_TAKES.keys() & item.keys()):
            yield f"{place or 'the pattern'}: $or takes {operators[0]!r} for an operator, not for a field"
        yield from _of_object(item, place)


def _of_item(item: Any, path: str) -> Iterator[str]:
    if item is None or isinstance(item, str | bool | int | float):
        return
    if not isinstance(item, dict):
        yield f"{path}: a list holds values and operators, no lists"
    elif len(item) != 1:
        yield f"{path}: one object holds one operator, not {len(item)}"
    else:
        ((operator, value),) = item.items()
        if operator not in _TAKES:
            yield f"{path}: there is no operator {operator!r}"
        elif not _TAKES[operator](value):
            yield f"{path}: {operator} does not take {json.dumps(value)}"
        elif operator == "exists" and path in NODES:
            yield f"{path}: exists is for leaves, and this is an object"


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_affix(value: Any) -> bool:
    if isinstance(value, dict) and list(value) == ["equals-ignore-case"]:
        value = value["equals-ignore-case"]
    return isinstance(value, str)


def _is_wildcard(value: Any) -> bool:
    """Tell whether no two ``*`` are neighbours, and a backslash stands before ``*`` or a backslash alone."""
    return isinstance(value, str) and _WILDCARD.fullmatch(value) is not None


def _is_refusable(value: Any) -> bool:
    """Tell whether anything-but takes a value: text or numbers, or one operator with text."""
    if isinstance(value, dict):
        if len(value) != 1:
            return False
        ((operator, operand),) = value.items()
        texts = operand if isinstance(operand, list) else [operand]
        if operator not in {"prefix", "suffix", "equals-ignore-case", "wildcard"} or not texts:
            return False
        return all(isinstance(text, str) and text and _TAKES[operator](text) for text in texts)
    values = value if isinstance(value, list) else [value]
    return bool(values) and (all(isinstance(one, str) for one in values) or all(map(_is_number, values)))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_range(value: Any) -> bool:
    if not isinstance(value, list) or len(value) not in (2, 4):
        return False
    signs, numbers = value[::2], value[1::2]
    if not all(_is_number(number) and abs(number) <= 5_000_000_000 for number in numbers):
        return False
    if len(signs) == 1:
        return signs[0] in ("<", "<=", "=", ">", ">=")
    return signs[0] in (">", ">=") and signs[1] in ("<", "<=") and numbers[0] < numbers[1]


def _is_cidr(value: Any) -> bool:
    try:
        ipaddress.ip_network(value, strict=False)
    except ValueError:
        return False
    return isinstance(value, str)


_TAKES: Final[dict[str, Callable[[Any], bool]]] = {
    "anything-but": _is_refusable,
    "cidr": _is_cidr,
    "equals-ignore-case": _is_text,
    "exists": lambda value: isinstance(value, bool),
    "numeric": _is_range,
    "prefix": _is_affix,
    "suffix": _is_affix,
    "wildcard": _is_wildcard,
}


def _alternatives(node: Any) -> Iterator[int]:
    """Yield how many alternatives each ``$or`` has, wherever it is."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$or" and isinstance(value, list):
                yield len(value)
                for alternative in value:
                    yield from _alternatives(alternative)
            else:
                yield from _alternatives(value)


def _asked(node: dict[str, Any], place: str) -> tuple[set[str], set[str]]:
    """Return the leaves that a pattern asks for, and those that it asks for twice, of one and the same event.

    It is nowhere said that both count; other matchers than moto let the later one replace the earlier.
    """
    asked: set[str] = set()
    twice: set[str] = set()
    for key, value in node.items():
        path = f"{place}.{key}".lstrip(".")
        if key == "$or" and isinstance(value, list):
            parts = [_asked(one, place) for one in value if isinstance(one, dict)]
        elif isinstance(value, dict):
            parts = [_asked(value, path)]
        else:
            parts = [({path}, set())]
        here = set().union(*(leaves for leaves, _ in parts))
        twice |= (asked & here).union(*(again for _, again in parts))
        asked |= here
    return asked, twice
