"""What is measured: works timed in turns, and the figures that come of it.

A machine's speed drifts, and two machines differ: so a figure is a ratio of two works that took turns within
one run, and what is said of it is the median of the rounds' ratios, with the lowest and the highest.
"""

from __future__ import annotations

import gc
import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["Figure", "Range", "in_turns", "ratio", "seconds", "times_faster"]


@dataclass(frozen=True)
class Range:
    """The median of several rounds, and how far they lay apart."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: list[float]) -> Range:
        """Sum rounds up."""
        return cls(statistics.median(values), min(values), max(values))


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Attributes:
        group: what it belongs to, such as ``scan``.
        name: what was measured.
        value: the figure.
        unit: what it counts: ``x`` is a ratio, the others are ``MB``, ``us`` and ``%``.
        to: what a ratio is to; for other units, what should be known of it.
        bar: what it must keep, if anything.
        better: whether it must be at most, or at least, the bar.
        note: what has to be said of it: what a peer does not do, say.
    """

    group: str
    name: str
    value: Range
    unit: Literal["x", "MB", "us", "%"] = "x"
    to: str = ""
    bar: float | None = None
    better: Literal["less", "more"] = "less"
    note: str = ""

    @property
    def is_met(self) -> bool | None:
        """Whether it keeps its bar; None if it has none."""
        if self.bar is None:
            return None
        return self.value.median <= self.bar if self.better == "less" else self.value.median >= self.bar


def seconds(work: Callable[[], object]) -> float:
    """Time one call. What earlier calls left to be collected is not counted with it."""
    gc.collect()
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def in_turns(rounds: int, works: Mapping[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Time works in turns, each of them once a round, after a round that nobody counts.

    Returns:
        The seconds that each took, by its name, round by round.
    """
    for work in works.values():
        work()
    times: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            times[name].append(seconds(work))
    return times


def ratio(one: list[float], other: list[float]) -> Range:
    """Say how one work compares to another, by their rounds."""
    return Range.of([a / b for a, b in zip(one, other, strict=True)])


def times_faster(one: list[float], other: list[float]) -> Range:
    """Say how many times faster one work is than another, by their rounds."""
    return ratio(other, one)
