"""Which notices a notifier is told, as the settings route them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trailguard.match import glob
from trailguard.notify import Patience, deliver, identity_of
from trailguard.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailguard.notify import Notifier, Undelivered
    from trailguard.report import Notice
    from trailguard.settings import Route

__all__ = ["Routed"]


class Routed:
    """A notifier that is told some of the notices.

    Args:
        notifier: whom to tell.
        route: which of them.
        name: what people call it; the notifier's own name, if left out.
    """

    def __init__(self, notifier: Notifier, route: Route, name: str | None = None) -> None:
        self.name = name or notifier.name
        self.identity = identity_of(notifier)
        self._notifier = notifier
        self._route = route
        self._rules, self._tags, self._accounts, self._regions = (
            [glob(pattern) for pattern in patterns]
            for patterns in (route.rules, route.tags, route.accounts, route.regions)
        )

    def wants(self, notice: Notice) -> bool:
        """Tell whether a notice is for this notifier."""
        if not isinstance(notice, Verdict):
            return self._route.failures
        told = (
            (self._rules, [notice.rule_id]),
            (self._tags, notice.tags),
            (self._accounts, [notice.account_id]),
            (self._regions, [notice.region]),
        )
        return (self._route.min_severity is None or notice.severity >= self._route.min_severity) and all(
            any(pattern.fullmatch(value or "") for pattern in patterns for value in values)
            for patterns, values in told
            if patterns
        )

    def send(self, notices: Sequence[Notice]) -> list[Undelivered]:
        """Deliver the notices that are for this notifier, however long it takes."""
        return self.send_within(notices, Patience())

    def send_within(self, notices: Sequence[Notice], patience: Patience) -> list[Undelivered]:
        """Deliver the notices that are for this notifier, while there is time."""
        wanted = [notice for notice in notices if self.wants(notice)]
        told = deliver(wanted, [self._notifier], patience)
        return [msgspec.structs.replace(one, notifier=self.name) for by in told for one in by.undelivered]
