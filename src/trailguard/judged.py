"""What came of a file that another process judged, and how it is taken up among its neighbours.

A process knows its own files only. Whether an event was judged before, and what becomes of a verdict, depends
on the files before it: that is settled where all of them meet, in their order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trailguard.report import REPEAT, Counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailguard.engine import Engine, Judgement, Seen
    from trailguard.record import Decoded, ReadFailure
    from trailguard.report import Notice
    from trailguard.sources import Source

__all__ = ["JudgedFile"]


class JudgedFile(msgspec.Struct, frozen=True):
    """What an engine made of a file by itself.

    Attributes:
        source: the file.
        rules: the ids of the rules that were asked.
        unrouted: how many of its records no rule listens to.
        judgements: of the others, in order; with what each has in common with its re-deliveries.
    """

    source: Source
    rules: tuple[str, ...]
    unrouted: int
    judgements: tuple[tuple[str | None, Judgement], ...]

    @classmethod
    def of(cls, source: Source, items: Iterable[Decoded | ReadFailure], engine: Engine) -> JudgedFile:
        """Judge a file.

        Args:
            source: the file.
            items: what decoding yields of it.
            engine: what judges it.
        """
        counts, asked = Counts(), _Asked()
        judgements = tuple(
            (asked.latest(), judgement)
            for _, judgement in engine.judgements(items, counts, asked)
            if judgement.fate != "unrouted"
        )
        return cls(source, _ids_of(engine), counts.unrouted, judgements)

    def is_by(self, engine: Engine) -> bool:
        """Tell whether the rules of an engine were asked: a plugin may fail in one process alone."""
        return self.rules == _ids_of(engine)

    def notices(self, counts: Counts, seen: Seen) -> Iterator[Notice]:
        """Yield what judging it here would have yielded.

        Args:
            counts: is counted up.
            seen: the events that were judged before; is added to.
        """
        counts.unrouted += self.unrouted
        for event, judgement in self.judgements:
            if event in seen:
                counts.ignored_because[REPEAT] += 1
                continue
            if event and judgement.fate == "judged":
                seen.add(event)
            judgement.add_to(counts)
            yield from judgement.verdicts
            yield from judgement.failures


def _ids_of(engine: Engine) -> tuple[str, ...]:
    return tuple(rule.id for rule in engine.rules)


class _Asked(set[str]):
    """The events that were judged. It knows which one the engine asked about last."""

    _latest: str | None = None

    def __contains__(self, event: object) -> bool:
        self._latest = event  # type: ignore[assignment]  # a set has to be asked about anything
        return super().__contains__(event)

    def latest(self) -> str | None:
        """Return the event of the latest judgement; None where it is of none, or of one without an id."""
        latest, self._latest = self._latest, None
        return latest
