"""Small state that outlives an invocation: who has a key, how many different members, what was seen.

Deliveries come at least once and to several functions at a time, so a store answers in one step what would be
a race in two. What every store keeps to:

- A claim, a set and a mark under the same key have nothing to do with one another.
- Seconds are rounded up: an entry lives for as long as was asked for, and for less than one second more. From
  then on it is as if it had never been, whether or not it is still stored.
- Keys and members may be any text, however long, and are not stored themselves, only their hashes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailguard.settings import StateSettings

__all__ = ["Store", "make_store"]


class Store(Protocol):
    """Keeps claims, sets and marks for a while. One may be used by several threads.

    Every method raises `StoreError` when the store cannot be read or written, and ValueError when `ttl` is
    not above 0, or longer than ten years.
    """

    def claim(self, key: str, owner: str, ttl: float) -> str:
        """Hold a key for an owner, unless somebody holds it.

        Args:
            key: what to hold.
            owner: for whom; at most 1,024 characters.
            ttl: for how many seconds. To claim it again does not prolong it.

        Returns:
            Who holds it now. Of all who claim a key at a time, one is told its own name, and all others are
            told that name.

        Raises:
            ValueError: when the owner's name is longer.
        """

    def add(self, key: str, member: str, ttl: float) -> int:
        """Put a member into a set; one that is there already changes nothing.

        Whoever adds a new member is given the next number, which nobody else is given for a new member, up to
        the cap. Whoever repeats an addition, as when its answer was lost, is given the number of that moment.
        So compare with ``>=``, never with ``==``.

        Args:
            key: which set.
            member: what to put in.
            ttl: for how many seconds the set lives, from its first member on. Later ones do not prolong it.

        Returns:
            How many different members it has now. A store keeps no more than `max_members` of a set: from
            there on, that is the answer.
        """

    def mark(self, keys: Iterable[str], ttl: float) -> None:
        """Remember keys for so many seconds from now, whatever was said of them before.

        They are not marked in one step: if this raises, some may be marked.
        """

    def known(self, keys: Iterable[str]) -> frozenset[str]:
        """Return which of these keys are marked."""


def make_store(chosen: StateSettings) -> Store:
    """Make the store that settings ask for; only what it needs is imported.

    Raises:
        StoreError: when it cannot be used.
    """
    match chosen.type:
        case "sqlite":
            from trailguard.stores.sqlite import SqliteStore  # noqa: PLC0415

            return SqliteStore(chosen.path or "")
        case "dynamodb":
            from trailguard.stores.dynamodb import DynamoDbStore  # noqa: PLC0415

            return DynamoDbStore(chosen.table or "", region=chosen.region)
        case _:
            from trailguard.stores.memory import MemoryStore  # noqa: PLC0415

            return MemoryStore()
