"""What a rule declares that needs memory: from how many events on it violates, and what is told only once.

The rule keeps nothing itself. The engine says "this event counts"; a store counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from trailguard.verdict import Verdict

__all__ = ["Dedup", "Threshold"]

_UNITS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_LONGEST: Final = 30 * 86_400
_DURATION: Final = re.compile(r"([0-9]{1,7})([smhd])")
_FIELDS: Final = ("account_id", "actor", "event_name", "region", "resource", "source_ip")
_MOST: Final = 1_000
"""How many members stores count."""


@dataclass(frozen=True, slots=True, init=False)
class _Window:
    """So much time, and what tells one sequence of events from another.

    Attributes:
        seconds: how long it is. Windows begin at multiples of that, by the times of events, in UTC.
        by: the fields of verdicts whose values have to be the same, sorted.
    """

    seconds: int
    by: tuple[str, ...]

    def __init__(self, *, within: str, by: str | Iterable[str] = ()) -> None:
        found = _DURATION.fullmatch(within) if isinstance(within, str) else None
        seconds = int(found[1]) * _UNITS[found[2]] if found else 0
        if not 0 < seconds <= _LONGEST:
            raise ValueError(
                f"within is {within!r}; expected a time such as '30s', '10m', '1h' or '7d', up to 30d"
            )
        names = [by] if isinstance(by, str) or not isinstance(by, Iterable) else list(by)
        for name in names:
            if name not in _FIELDS:
                raise ValueError(f"by is {name!r}; it can be {', '.join(_FIELDS)}")
        object.__setattr__(self, "seconds", seconds)
        # Whoever gives them in another order, or as a set, means the same; in every process.
        object.__setattr__(self, "by", tuple(sorted(set(names))))

    def __str__(self) -> str:
        """Return it as people say it: ``10m by source_ip``."""
        unit = next(unit for unit in reversed(_UNITS) if self.seconds % _UNITS[unit] == 0)
        by = f" by {', '.join(self.by)}" if self.by else ""
        return f"{self.seconds // _UNITS[unit]}{unit}{by}"

    def key(self, verdict: Verdict, seconds: float) -> str:
        """Return what verdicts have in common that belong together.

        Args:
            verdict: one of them.
            seconds: when its event happened, in seconds since 1970.
        """
        values = [_value(verdict, name) for name in self.by]
        return repr([verdict.rule_id, int(seconds // self.seconds), *values])


def _value(verdict: Verdict, name: str) -> str | None:
    if name != "actor":
        value: str | None = getattr(verdict, name)
        return value
    actor = verdict.actor
    # A sign-in that failed has no ARN, and there is an alice in many an account.
    return actor.arn or f"{actor} of {actor.account_id}"


@dataclass(frozen=True, slots=True, init=False)
class Threshold(_Window):
    """A rule violates from so many events on within a window: then once.

    ``Threshold(5, within="10m", by="source_ip")``, or ``Threshold(5, within="10m", by="source_ip",
    distinct="actor")`` for five callers, however often each of them called.

    Args:
        count: from how many on, counting each event once however often it is delivered.
        within: how long the window is: ``30s``, ``10m``, ``1h``, ``7d``.
        by: which fields have to be the same: ``account_id``, ``actor``, ``event_name``, ``region``,
            ``resource``, ``source_ip``. None, one or several.
        distinct: count the different values of this field, one of the same, instead of events.

    Raises:
        ValueError: when one of them is something else.
    """

    count: int
    distinct: str | None

    def __init__(
        self, count: int, *, within: str, by: str | Iterable[str] = (), distinct: str | None = None
    ) -> None:
        if isinstance(count, bool) or not isinstance(count, int) or not 2 <= count <= _MOST:
            raise ValueError(f"count is {count!r}; expected a number from 2 to {_MOST:,}")
        _Window.__init__(self, within=within, by=by)
        if distinct is not None and distinct not in _FIELDS:
            raise ValueError(f"distinct is {distinct!r}; it can be {', '.join(_FIELDS)}")
        if distinct in self.by:
            raise ValueError(f"distinct is {distinct!r}, which is the same for all that are counted together")
        object.__setattr__(self, "count", count)
        object.__setattr__(self, "distinct", distinct)

    @property
    def counted(self) -> str:
        """How much of what, as people say it: ``5 times``, or ``5 different values of actor``."""
        return f"{self.count} different values of {self.distinct}" if self.distinct else f"{self.count} times"

    def member(self, verdict: Verdict) -> str:
        """Return what is counted once of a verdict: its event, or the value of the field that matters."""
        if self.distinct:
            return repr(_value(verdict, self.distinct))
        return f"{verdict.account_id} {verdict.event_id or verdict.id}"


@dataclass(frozen=True, slots=True, init=False)
class Dedup(_Window):
    """Of what is the same within a window, the first is told at once; the others are held back, and counted.

    ``Dedup(within="1h", by=["account_id", "resource"])``

    Args:
        within: how long the window is: ``30s``, ``10m``, ``1h``, ``7d``.
        by: which fields have to be the same, as of a `Threshold`.

    Raises:
        ValueError: when one of them is something else.
    """

    def __init__(self, *, within: str, by: str | Iterable[str] = ()) -> None:
        _Window.__init__(self, within=within, by=by)
