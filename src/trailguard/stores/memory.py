"""Keeps state in this process, for as long as it lives: for tests, and for one function that runs alone."""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING

import msgspec

from trailguard.stores._entry import MAX_MEMBERS, checked_cap, expiry, is_over, key_of, member_of, owner_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["MemoryStore"]

Place = tuple[str, bytes]


class _Entry(msgspec.Struct, frozen=True):
    """A claim with its owner, a set with its members, or a mark with neither."""

    expires: int
    owner: str = ""
    members: frozenset[bytes] = frozenset()

    @property
    def size(self) -> int:
        return 1 + len(self.members)


class MemoryStore:
    """A `Store` that threads of one process share.

    Args:
        max_entries: how many keys and members of sets are kept in all. Beyond it, those keys go that were not
            written for the longest time.
        max_members: how many members a set keeps.
        clock: tells the time, in seconds.

    Raises:
        ValueError: when a set of `max_members` is larger than `max_entries`.
    """

    def __init__(
        self,
        *,
        max_entries: int = 100_000,
        max_members: int = MAX_MEMBERS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.max_members = checked_cap(max_members)
        if max_entries <= max_members:
            raise ValueError(
                f"max_entries is {max_entries!r}; expected more than max_members, {max_members:,}"
            )
        self._max_entries = max_entries
        self._clock = clock
        self._entries: OrderedDict[Place, _Entry] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def claim(self, key: str, owner: str, ttl: float) -> str:
        """Hold a key for an owner unless somebody holds it; return who does."""
        owner_of(owner)
        place = ("claim", key_of(key))
        with self._lock:
            now = self._clock()
            entry = self._living(place, now) or _Entry(expiry(now, ttl), owner)
            self._keep(place, entry)
            return entry.owner

    def add(self, key: str, member: str, ttl: float) -> int:
        """Put a member into a set; return how many different ones it has now."""
        place, added = ("set", key_of(key)), member_of(member)
        with self._lock:
            now = self._clock()
            entry = self._living(place, now) or _Entry(expiry(now, ttl))
            if len(entry.members) < self.max_members:
                entry = msgspec.structs.replace(entry, members=entry.members | {added})
            self._keep(place, entry)
            return len(entry.members)

    def mark(self, keys: Iterable[str], ttl: float) -> None:
        """Remember keys for so many seconds."""
        with self._lock:
            expires = expiry(self._clock(), ttl)
            for key in keys:
                self._keep(("mark", key_of(key)), _Entry(expires))

    def known(self, keys: Iterable[str]) -> frozenset[str]:
        """Return which of these keys are marked."""
        with self._lock:
            now = self._clock()
            return frozenset(key for key in keys if self._living(("mark", key_of(key)), now))

    def _living(self, place: Place, now: float) -> _Entry | None:
        entry = self._entries.get(place)
        return None if entry is None or is_over(entry.expires, now) else entry

    def _keep(self, place: Place, entry: _Entry) -> None:
        """Keep an entry as the newest one, and drop the oldest ones that have no room."""
        if before := self._entries.pop(place, None):
            self._size -= before.size
        self._entries[place] = entry
        self._size += entry.size
        while self._size > self._max_entries:
            _, oldest = self._entries.popitem(last=False)
            self._size -= oldest.size
