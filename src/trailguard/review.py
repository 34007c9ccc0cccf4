"""What becomes of a verdict between being found and being told: suppressed, counted or held back, or told.

A count and a claim belong to an event, by its id. Whoever delivers events does so at least once, so that a
function which dies between claiming and telling is asked about the same event again, holds its claim still,
and tells then. A store that cannot be asked is an error, and the event comes back: nothing is dropped.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec

from trailguard.verdict import Suppression, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trailguard._rule import Rule
    from trailguard.report import Counts, Notice
    from trailguard.stores import Store
    from trailguard.suppression import Suppressions
    from trailguard.windows import Dedup, Threshold

__all__ = ["Review"]

_LATE: Final = 14 * 86_400.0
"""As long as SQS keeps a message that nobody could deal with. If its event counted, it has to count still."""


class Review:
    """Decides which verdicts are told.

    Args:
        rules: the rules that judged; they say what needs memory.
        suppressions: the standing exceptions.
        store: what remembers.
        late: for how many seconds an event may come again, or come late, and still be counted as it was.
        clock: tells the time, in seconds since 1970.

    Raises:
        ValueError: when a rule counts further than the store.
    """

    def __init__(
        self,
        rules: Iterable[Rule],
        suppressions: Suppressions,
        store: Store,
        *,
        late: float = _LATE,
        clock: Callable[[], float] = time.time,
    ) -> None:
        rules = tuple(rules)
        self._thresholds = {rule.id: rule.threshold for rule in rules if rule.threshold}
        cap = getattr(store, "max_members", None)
        for rule_id, one in self._thresholds.items():
            if cap is not None and one.count > cap:
                raise ValueError(
                    f"rule {rule_id} counts to {one.count}, and the store no further than {cap} (max_members)"
                )
        self._dedups = {rule.id: rule.dedup for rule in rules if rule.dedup}
        self._suppressions = suppressions
        self._store = store
        self._late = late
        self._clock = clock

    def admit(self, notice: Notice, counts: Counts) -> Notice | None:
        """Return what is to be made of a notice that was counted; None where it is no violation yet.

        Args:
            notice: what the engine gave.
            counts: is corrected.

        Raises:
            StoreError: when what is remembered cannot be read or written.
        """
        if not isinstance(notice, Verdict):
            return notice
        verdict = self.held_back(self.suppressed(notice))
        if verdict is None:
            counts.verdicts[notice.severity] -= 1
            counts.below += 1
        elif verdict.suppressed:
            counts.verdicts[notice.severity] -= 1
            counts.suppressed += 1
        return verdict

    def remembers(self, notice: Notice) -> bool:
        """Tell whether the store is asked about a notice."""
        if not isinstance(notice, Verdict):
            return False
        return notice.rule_id in self._thresholds or notice.rule_id in self._dedups

    def suppressed(self, verdict: Verdict) -> Verdict:
        """Return a verdict as the standing exceptions leave it, which are asked about it once."""
        if verdict.suppression:
            return verdict
        return self._suppressions.apply(verdict, datetime.fromtimestamp(self._clock(), UTC).date())

    def held_back(self, verdict: Verdict) -> Verdict | None:
        """Return a verdict as what its rule declares leaves it; None where it is below the threshold.

        Raises:
            StoreError: when what is remembered cannot be read or written.
        """
        if verdict.suppressed:
            return verdict
        threshold, dedup = self._thresholds.get(verdict.rule_id), self._dedups.get(verdict.rule_id)
        reached = self._reached(verdict, threshold) if threshold else verdict
        return self._first(reached, dedup) if reached and dedup else reached

    def _reached(self, verdict: Verdict, threshold: Threshold) -> Verdict | None:
        """Count an event; return the verdict of the one that reaches the threshold, and of no other."""
        key = threshold.key(verdict, self._time(verdict))
        ttl = threshold.seconds + self._late
        number = self._store.add(f"threshold {key}", threshold.member(verdict), ttl)
        if number < threshold.count or self._store.claim(f"threshold {key}", verdict.id, ttl) != verdict.id:
            return None
        return msgspec.structs.replace(
            verdict,
            reason=f"{verdict.reason} ({threshold.counted} within {threshold})",
            evidence={**verdict.evidence, "threshold": threshold.count, "within": threshold.seconds},
        )

    def _first(self, verdict: Verdict, dedup: Dedup) -> Verdict:
        """Let the first of a window pass, with how many were held back before; hold the others back."""
        at = self._time(verdict)
        ttl = 2 * dedup.seconds + self._late
        # Worse ones are not the same: whoever is told of them may not be told of the others.
        key = f"dedup {verdict.severity} {dedup.key(verdict, at)}"
        first = self._store.claim(key, verdict.id, ttl)
        if first != verdict.id:
            self._store.add(key, verdict.id, ttl)
            reason = f"held back: the same as {first} within {dedup}"
            return msgspec.structs.replace(
                verdict, suppressed=True, suppression=Suppression(verdict.rule_id, reason)
            )
        # Nobody reads a set without adding to it. To add the same one again changes nothing.
        last = f"dedup {verdict.severity} {dedup.key(verdict, at - dedup.seconds)}"
        before = self._store.add(last, verdict.id, ttl) - 1
        if not before:
            return verdict
        return msgspec.structs.replace(verdict, evidence={**verdict.evidence, "held_back_before": before})

    def _time(self, verdict: Verdict) -> float:
        return verdict.event_time.timestamp() if verdict.event_time else self._clock()
