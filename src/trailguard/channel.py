"""Delivers over an API that takes notices in batches, within its limits, and without losing one to another.

A batch that is refused for the sake of one notice is halved until that one is found. What is refused for now
is tried again, after a wait that grows and is drawn by chance: "full jitter", as "Exponential Backoff And
Jitter" in the AWS Architecture Blog has it. Where an API says how long to wait, everything waits.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar, Final, Generic, TypeVar

import msgspec

from trailguard.notify import Patience, Undelivered

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from trailguard.report import Notice

__all__ = ["Channel", "Refusal"]

E = TypeVar("E")

_ATTEMPTS: Final = 5


class Refusal(msgspec.Struct, frozen=True):
    """Why something was not taken.

    Attributes:
        error: the reason, for people.
        again: whether it may be taken later.
        after: how many seconds the API asks to wait until then, if it says so.
        poison: whether one notice may be to blame for the refusal of a whole batch.
    """

    error: str
    again: bool = False
    after: float | None = None
    poison: bool = True


class _Parcel(msgspec.Struct, Generic[E], frozen=True):
    """A notice as the API takes it."""

    notice: Notice
    entry: E
    size: int


_Refused = tuple[_Parcel[E], Refusal]


class Channel(ABC, Generic[E]):
    """A notifier over an API that takes batches. It says what the API takes; this says how to get through.

    Attributes:
        name: what people call it.
        max_entries: how many entries a batch may have.
        max_bytes: how many bytes they may have together.
        attempts: how often an entry is tried, while there is time.
    """

    name: str
    max_entries: ClassVar[int]
    max_bytes: int
    attempts: int = _ATTEMPTS

    @abstractmethod
    def entry(self, notice: Notice) -> tuple[E, int]:
        """Write a notice as the API takes it; return it with the bytes that it takes of a batch."""

    @abstractmethod
    def post(self, entries: Sequence[E]) -> Sequence[Refusal | None]:
        """Hand a batch over.

        Returns:
            For each entry, in order, why it was refused; None if it was taken. What it raises counts as: none
            was, for what `refusal` says.
        """

    @abstractmethod
    def refusal(self, error: Exception) -> Refusal:
        """Say what an error of `post` means for the batch."""

    def rewritten(self, notice: Notice, refusal: Refusal) -> tuple[E, int] | None:  # noqa: ARG002  # some can
        """Write a notice anew that was refused for good, if that may help: smaller, or it stays refused."""
        return None

    def send(self, notices: Sequence[Notice]) -> list[Undelivered]:
        """Deliver notices, however long it takes; return those that were not taken, with the reason."""
        return self.send_within(notices, Patience())

    def send_within(self, notices: Sequence[Notice], patience: Patience) -> list[Undelivered]:
        """Deliver notices while there is time; return those that were not taken, with the reason."""
        undelivered: list[Undelivered] = []
        pending = list(self._parcels(notices, undelivered))
        for attempt in range(self.attempts):
            batches = self._batches(pending)
            refused = [one for batch in batches for one in self._handed_over(batch, patience, attempt)]
            later = [one for one in refused if one[1].again]
            undelivered += self._told(one for one in refused if not one[1].again)
            pending = [parcel for parcel, _ in later]
            if not later:
                break
            if attempt + 1 == self.attempts or not patience.wait(attempt):
                undelivered += self._told(later)
                break
        return undelivered

    def _told(self, refused: Iterable[_Refused[E]]) -> Iterator[Undelivered]:
        return (Undelivered(parcel.notice, self.name, refusal.error) for parcel, refusal in refused)

    def _parcels(self, notices: Iterable[Notice], undelivered: list[Undelivered]) -> Iterator[_Parcel[E]]:
        for notice in notices:
            try:
                yield _Parcel(notice, *self.entry(notice))
            except Exception as error:  # noqa: BLE001  # one that cannot be written does not stop the others
                undelivered.append(Undelivered(notice, self.name, f"{type(error).__name__}: {error}"))

    def _batches(self, parcels: Iterable[_Parcel[E]]) -> Iterator[list[_Parcel[E]]]:
        batch: list[_Parcel[E]] = []
        size = 0
        for parcel in parcels:
            if len(batch) == self.max_entries or (batch and size + parcel.size > self.max_bytes):
                yield batch
                batch, size = [], 0
            batch.append(parcel)
            size += parcel.size
        if batch:
            yield batch

    def _handed_over(
        self, batch: list[_Parcel[E]], patience: Patience, attempt: int
    ) -> Iterator[_Refused[E]]:
        """Hand a batch over; yield what was refused of it."""
        if patience.is_over:
            yield from ((parcel, Refusal("there was no time left to deliver it")) for parcel in batch)
            return
        answers = self._answers(batch)
        if isinstance(answers, Refusal):
            if answers.poison and not answers.again and len(batch) > 1:
                half = len(batch) // 2
                yield from self._handed_over(batch[:half], patience, attempt)
                yield from self._handed_over(batch[half:], patience, attempt)
                return
            answers = [answers] * len(batch)
        asked: list[_Refused[E]] = []
        smaller: list[_Parcel[E]] = []
        for parcel, refusal in zip(batch, answers, strict=True):
            if refusal is None:
                continue
            if refusal.again and refusal.after is not None:
                asked.append((parcel, refusal))
            elif written := self._smaller(parcel, refusal):
                smaller.append(written)
            else:
                yield parcel, refusal
        if smaller:
            yield from self._handed_over(smaller, patience, attempt)
        if asked:
            yield from self._after_a_pause(asked, patience, attempt)

    def _answers(self, batch: list[_Parcel[E]]) -> list[Refusal | None] | Refusal:
        """Return what the API says of each, or of all of them."""
        try:
            answers = list(self.post([parcel.entry for parcel in batch]))
        except Exception as error:  # noqa: BLE001  # the API's library's and the network's
            return self.refusal(error)
        if len(answers) != len(batch):  # it may have taken them all: halves would be taken again and again
            return Refusal(f"{len(answers)} answers to {len(batch)} entries", poison=False)
        return answers

    def _smaller(self, parcel: _Parcel[E], refusal: Refusal) -> _Parcel[E] | None:
        if refusal.again or not refusal.poison:
            return None
        written = self.rewritten(parcel.notice, refusal)
        # Ever smaller, so that it comes to an end whatever the API refuses.
        return _Parcel(parcel.notice, *written) if written and written[1] < parcel.size else None

    def _after_a_pause(
        self, asked: list[_Refused[E]], patience: Patience, attempt: int
    ) -> Iterator[_Refused[E]]:
        """Wait as long as the API asks, and hand over once more, before the rest is refused as well."""
        seconds = max(refusal.after or 0 for _, refusal in asked)
        if attempt + 1 < self.attempts and patience.wait(attempt, seconds):
            yield from self._handed_over([parcel for parcel, _ in asked], patience, attempt + 1)
        else:
            yield from ((parcel, msgspec.structs.replace(refusal, again=False)) for parcel, refusal in asked)
