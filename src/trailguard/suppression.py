"""Standing exceptions: what is known, and not to be told. A suppressed verdict is still a verdict."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from trailguard.match import glob
from trailguard.verdict import Suppression

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable
    from datetime import date

    from trailguard.settings import StandingException
    from trailguard.verdict import Verdict

__all__ = ["Suppressions"]


class _Covering(NamedTuple):
    """What an exception covers; None where it does not matter."""

    rule: re.Pattern[str]
    actor: re.Pattern[str] | None
    resource: re.Pattern[str] | None
    account: re.Pattern[str] | None
    region: re.Pattern[str] | None

    def covers(self, verdict: Verdict) -> bool:
        actor = verdict.actor
        return (
            _fits(self.rule, verdict.rule_id)
            and _fits(self.actor, actor.name, actor.arn)  # of a role, the name is the role's
            and _fits(self.resource, verdict.resource)
            and _fits(self.account, verdict.account_id)
            and _fits(self.region, verdict.region)
        )


class Suppressions:
    """Suppresses the verdicts that standing exceptions cover.

    Args:
        exceptions: as the settings have them. Of those that cover a verdict, the first one that holds counts.

    Attributes:
        hits: how many verdicts each of them covered, by its position; expired ones included.
    """

    def __init__(self, exceptions: Iterable[StandingException]) -> None:
        self._exceptions = tuple(exceptions)
        self._covering = [
            _Covering(glob(one.rule), *map(_glob, (one.actor, one.resource, one.account, one.region)))
            for one in self._exceptions
        ]
        self.hits: Counter[int] = Counter()

    def apply(self, verdict: Verdict, today: date) -> Verdict:
        """Return a verdict as it is to go on: suppressed, if an exception covers it and has not expired.

        One that is covered by nothing but what has expired says so, and is not suppressed.

        Args:
            verdict: the verdict.
            today: the date, in UTC.
        """
        covering = [n for n, one in enumerate(self._covering) if one.covers(verdict)]
        self.hits.update(covering)
        if not covering:
            return verdict
        holding = [n for n in covering if _holds(self._exceptions[n], today)]
        chosen = self._exceptions[(holding or covering)[0]]
        suppression = Suppression(chosen.owner, chosen.reason, chosen.expires)
        return msgspec.structs.replace(verdict, suppressed=bool(holding), suppression=suppression)


def _holds(exception: StandingException, today: date) -> bool:
    return exception.expires is None or today <= exception.expires


def _glob(pattern: str | None) -> re.Pattern[str] | None:
    return None if pattern is None else glob(pattern)


def _fits(pattern: re.Pattern[str] | None, *values: str | None) -> bool:
    return pattern is None or any(pattern.fullmatch(value) for value in values if value)
