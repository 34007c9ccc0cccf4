"""Which conditions of a rule its tests pin down.

A rule's conditions are found from outside: a field is one where another value makes an event that violates
comply. A test pins it down by an event that complies for that field alone: with the value of the one that
violates, it would violate, too. Where there is no such event, the tests would pass if the rule did not look
at the field at all.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from trailguard.testing.changes import changed, general, other_values
from trailguard.watch import ABSENT, nearest, path_text, places, value_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from trailguard.testing.examples import Example
    from trailguard.watch import Path

__all__ = ["Condition", "Coverage", "coverage_of"]

_TRIED: Final = 20  # elements of an array, which are much like one another


@dataclass(frozen=True, slots=True)
class Condition:
    """A field on which it depends whether an event violates.

    Attributes:
        field: where it is, as JMESPath; of the elements of an array, the first stands for all.
        value: what an event that violates has there; `trailguard.watch.ABSENT` for nothing.
        pinned: whether a test has an event that complies for this field alone.
    """

    field: str
    value: Any
    pinned: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the tests say of a rule.

    Attributes:
        fires: how many examples violate.
        complies: how many comply, of those that the rule is asked about.
        conditions: the fields that decide.
        missed: fields that the rule read, and no example has; with what it may have meant, or None.
    """

    fires: int
    complies: int
    conditions: tuple[Condition, ...]
    missed: tuple[tuple[str, str | None], ...]

    @property
    def loose(self) -> tuple[Condition, ...]:
        """The conditions that no test pins down."""
        return tuple(condition for condition in self.conditions if not condition.pinned)


def coverage_of(examples: Sequence[Example]) -> Coverage:
    """Find the conditions of a rule, and whether its examples pin them down.

    Args:
        examples: what tests handed to the rule; all of one rule.
    """
    firing = [example for example in examples if example.fires and example.asked]
    complying = [example for example in examples if not example.fires and example.asked]
    conditions: dict[Path, Condition] = {}
    for example in filter(_is_repeatable, firing):
        smallest = _shrunk(example)
        for path in _leaves(smallest):
            known = conditions.get(general(path))
            if (known and known.pinned) or _is_around(path, conditions):
                continue
            if _decides(smallest, path, complying):
                value = value_at(smallest.document, path)
                pinned = any(_fires(other, place, value) for other, place in _alike(complying, path))
                conditions[general(path)] = Condition(path_text(general(path)), value, pinned)
    missed = dict(_missed(filter(_is_repeatable, examples)))
    return Coverage(len(firing), len(complying), tuple(conditions.values()), tuple(missed.items()))


def _is_repeatable(example: Example) -> bool:
    return example.is_repeatable


def _shrunk(example: Example) -> Example:
    """Halve the arrays of an example as often as it violates still.

    An element that violates by itself hides the conditions of all others: whatever they have, it violates.
    """
    for path in example.reads().visited:
        array = value_at(example.document, path)
        while isinstance(array, list) and len(array) > 1:
            middle = len(array) // 2
            halves = (half for half in (array[:middle], array[middle:]) if _fires(example, path, half))
            array = next(halves, None)
            if array is not None:
                example = replace(example, document=changed(example.document, path, array))
    return example


def _leaves(example: Example) -> Iterator[Path]:
    """Yield what a rule read of an example; of what it read as a whole, first everything that is in it."""
    tried: Counter[Path] = Counter()
    for path, value in example.reads():
        for inner in (*reversed(list(places(value))), ()):
            leaf = (*path, *inner)
            tried[general(leaf)] += 1
            if tried[general(leaf)] <= _TRIED:
                yield leaf


def _is_around(path: Path, conditions: Iterable[Path]) -> bool:
    """Tell whether one of the conditions is on something in what is at a path."""
    return any(len(known) > len(path) and known[: len(path)] == general(path) for known in conditions)


def _alike(examples: Iterable[Example], path: Path) -> Iterator[tuple[Example, Path]]:
    """Yield, of each example, the places that are like a path but for the positions in arrays.

    An array that is empty or absent might have a first element.
    """
    for example in examples:
        found: list[Path] = [()]
        for key in path:
            if isinstance(key, int):
                arrays = ((place, value_at(example.document, place)) for place in found)
                found = [(*place, n) for place, array in arrays for n in range(_length(array) or 1)]
            else:
                found = [(*place, key) for place in found]
        yield from ((example, place) for place in islice(found, _TRIED))


def _length(array: object) -> int:
    return min(len(array), _TRIED) if isinstance(array, list) else 0


def _decides(example: Example, path: Path, complying: Iterable[Example]) -> bool:
    """Tell whether another value of a field makes an event comply that violates."""
    theirs = (value_at(other.document, place) for other, place in _alike(complying, path))
    others = chain(other_values(value_at(example.document, path)), theirs)
    is_element = isinstance(path[-1], int)  # without it, the array is shorter, which says nothing of this one
    different = {repr(other): other for other in others if not (is_element and other is ABSENT)}
    return any(_fires(example, path, other) is False for other in different.values())


def _fires(example: Example, path: Path, value: Any) -> bool | None:  # noqa: ANN401  # JSON of any shape
    """Tell whether an example violates with another value of a field; None where it cannot be told."""
    if value_at(example.document, path) == value:
        return None
    try:
        return bool(example.find(changed(example.document, path, value)))
    except (LookupError, ValidationError):
        return None  # there is no such event
    except Exception:  # noqa: BLE001  # a rule may raise anything; that is the contract's to tell
        return None


def _missed(examples: Iterable[Example]) -> Iterator[tuple[str, str | None]]:
    """Yield what was looked for, and never found in any example, with what may have been meant."""
    looked: dict[Path, Path | None] = {}
    found: set[Path] = set()
    for example in examples:
        for path in example.reads().visited:
            if value_at(example.document, path) is ABSENT:
                if general(path) not in looked:
                    looked[general(path)] = nearest(example.document, path)
            else:
                found.add(general(path))
    for path, near in looked.items():
        if path not in found:
            meant = near and general(near) not in found  # else it is another spelling, which the rule knows
            yield path_text(path), path_text(near) if near and meant else None
