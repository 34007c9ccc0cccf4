"""Keeps what a notifier says of a failure free of the secrets that it was made with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from trailguard.notify import Patience, deliver, identity_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trailguard.notify import Notifier, Undelivered
    from trailguard.report import Notice

__all__ = ["Discreet"]


class Discreet:
    """A notifier whose errors quote no secret.

    Args:
        notifier: whom to tell.
        redacted: puts something else in the place of secrets.
    """

    def __init__(self, notifier: Notifier, redacted: Callable[[str], str]) -> None:
        self.name = notifier.name
        self.identity = identity_of(notifier)
        self._notifier = notifier
        self._redacted = redacted

    def send(self, notices: Sequence[Notice]) -> list[Undelivered]:
        """Deliver notices, however long it takes."""
        return self.send_within(notices, Patience())

    def send_within(self, notices: Sequence[Notice], patience: Patience) -> list[Undelivered]:
        """Deliver notices while there is time."""
        told = deliver(notices, [self._notifier], patience)
        return [
            msgspec.structs.replace(one, error=self._redacted(one.error))
            for by in told
            for one in by.undelivered
        ]
