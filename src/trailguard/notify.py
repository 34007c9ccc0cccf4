"""Hands verdicts and failures to notifiers; every one ends delivered, or reported as undelivered."""

from __future__ import annotations

import random
import time
from collections import deque
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from trailguard.report import Notice

__all__ = ["Announcement", "Notifier", "Patience", "Patient", "Told", "Undelivered", "deliver", "identity_of"]

_FIRST_WAIT: Final = 0.2
_LONGEST_WAIT: Final = 20.0


class Undelivered(msgspec.Struct, frozen=True):
    """A notice that a notifier could not deliver, and why."""

    notice: Notice
    notifier: str
    error: str


class Told(msgspec.Struct, frozen=True):
    """What one notifier did.

    Attributes:
        notifier: its name.
        delivered: what it delivered.
        undelivered: what it did not, and why.
    """

    notifier: str
    delivered: tuple[Notice, ...]
    undelivered: tuple[Undelivered, ...] = ()


class Patience:
    """How long may be waited for a notifier.

    Args:
        seconds: how long, from now on; for ever, if left out.
        clock: tells the time, in seconds.
        sleep: waits for so many seconds.
        chance: gives a number from 0 to 1.
    """

    def __init__(
        self,
        seconds: float = float("inf"),
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._end = clock() + seconds
        self._clock, self._sleep, self._chance = clock, sleep, chance

    @property
    def left(self) -> float:
        """How many seconds are left."""
        return self._end - self._clock()

    @property
    def is_over(self) -> bool:
        """Whether there is no time left."""
        return self.left <= 0

    def wait(self, attempt: int, after: float = 0) -> bool:
        """Wait before another attempt; return False, without waiting, where there is no time for it.

        Args:
            attempt: how many there were before the one that failed.
            after: how many seconds the other side asks for.
        """
        backoff = min(_LONGEST_WAIT, _FIRST_WAIT * 2**attempt) * self._chance()
        seconds = max(after, backoff)
        if not seconds < self.left:  # nor if it is no number
            return False
        self._sleep(seconds)
        return True

    def share(self, parts: int) -> Patience:
        """Return the patience for one of so many things that the rest of the time is for."""
        return Patience(self.left / parts, clock=self._clock, sleep=self._sleep, chance=self._chance)


class Notifier(Protocol):
    """Tells somebody. A notifier is anything with a name and this method.

    One whose ``identity`` says where it tells is known by that, not by its name, where it is remembered what
    was told to whom.
    """

    name: str

    def send(self, notices: Sequence[Notice]) -> Iterable[Undelivered] | None:
        """Deliver notices.

        Args:
            notices: verdicts and failures, in the order of the records.

        Returns:
            Those that were not delivered, with the reason. What it raises counts as: none was.
        """


def identity_of(notifier: Notifier) -> str:
    """Return what tells a notifier from all others, of other functions too: its identity or name."""
    return str(getattr(notifier, "identity", None) or notifier.name)


@runtime_checkable
class Patient(Protocol):
    """A notifier that knows how long it may take."""

    name: str

    def send_within(self, notices: Sequence[Notice], patience: Patience) -> Iterable[Undelivered] | None:
        """Deliver notices, as `Notifier.send` does, while there is time."""


def deliver(
    notices: Sequence[Notice], notifiers: Iterable[Notifier], patience: Patience | None = None
) -> tuple[Told, ...]:
    """Tell every notifier; one that fails never stops the others, nor takes all of the time.

    Args:
        notices: what to tell.
        notifiers: whom.
        patience: how long it may take; for ever, if left out.

    Returns:
        What each of them delivered, and what it did not.
    """
    patience = patience or Patience()
    asked = list(notifiers) if notices else []
    return tuple(_told(notices, notifier, patience.share(len(asked) - n)) for n, notifier in enumerate(asked))


def _told(notices: Sequence[Notice], notifier: Notifier, patience: Patience) -> Told:
    try:
        if isinstance(notifier, Patient):
            undelivered = tuple(notifier.send_within(notices, patience) or ())
        else:
            undelivered = tuple(notifier.send(notices) or ())
        failed = {id(one.notice) for one in undelivered}
    except Exception as error:  # noqa: BLE001  # a notifier may raise anything; the others go on
        reason = f"{type(error).__name__}: {error}"
        return Told(notifier.name, (), tuple(Undelivered(one, notifier.name, reason) for one in notices))
    return Told(notifier.name, tuple(notice for notice in notices if id(notice) not in failed), undelivered)


class Announcement:
    """Notices that each notifier is told once.

    Args:
        notices: what to tell.
        notifiers: whom.
    """

    def __init__(self, notices: Sequence[Notice], notifiers: Iterable[Notifier]) -> None:
        self._left = deque((notifier, tuple(notices)) for notifier in notifiers)

    def deliver(self, patience: Patience | None = None) -> tuple[Undelivered, ...]:
        """Tell every notifier what it was not told yet; threads may do so at once.

        Args:
            patience: how long it may take; for ever, if left out.

        Returns:
            What was not delivered: it is left for the next call.
        """
        undelivered: list[Undelivered] = []
        patience = patience or Patience()
        for left in range(len(self._left), 0, -1):
            try:
                notifier, notices = self._left.popleft()
            except IndexError:  # another thread took it
                break
            # What comes after the announcement needs time as well.
            for told in deliver(notices, [notifier], patience.share(left + 1)):
                if told.undelivered:
                    self._left.append((notifier, tuple(one.notice for one in told.undelivered)))
                    undelivered += told.undelivered
        return tuple(undelivered)
