"""Keeps state in a file, which processes of one machine share.

Sources: "Write-Ahead Logging", "Transactions" and "Result and Error Codes" in the documentation of SQLite.
"""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from trailguard.errors import StoreError
from trailguard.stores._entry import (
    MAX_MEMBERS,
    checked_cap,
    expiry,
    key_of,
    member_of,
    owner_name,
    owner_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["SqliteStore"]

# The owner of a claim and the members of a set are its rows; a mark has one row with nothing in it.
_SCHEMA: Final = (
    """
    CREATE TABLE IF NOT EXISTS entries (
        kind TEXT NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, expires INTEGER NOT NULL,
        PRIMARY KEY (kind, key, value)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX IF NOT EXISTS entries_by_expiry ON entries (expires)",
)
_READ: Final = "SELECT value, expires FROM entries WHERE kind = ? AND key = ? AND expires > ?"
_WRITE: Final = "INSERT OR REPLACE INTO entries (kind, key, value, expires) VALUES (?, ?, ?, ?)"
_PURGE: Final = "DELETE FROM entries WHERE expires <= ?"
_PURGE_EVERY: Final = 600

_ADVICE: Final = {
    "SQLITE_NOTADB": "move it away, and a new one is made",
    "SQLITE_CORRUPT": "move it away, and a new one is made",
    "SQLITE_CANTOPEN": "its folder must be there, and writable",
    "SQLITE_READONLY": "it and its folder must be writable",
    "SQLITE_BUSY": "another process has not let go of it in time",
}


class SqliteStore:
    """A `Store` in one file, made when it is missing. It must not lie on a network file system.

    Each call opens the file and closes it, so that processes may fork, and threads share the store.

    Args:
        path: the file.
        max_members: how many members a set keeps.
        patience: how many seconds to wait for other processes.
        clock: tells the time, in seconds.

    Raises:
        StoreError: when the file is damaged, no database, or cannot be written.
    """

    def __init__(
        self,
        path: str | Path,
        *,
        max_members: int = MAX_MEMBERS,
        patience: float = 30.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._path = Path(path).absolute()  # SQLite has names that are no files: ":memory:" is one
        self.max_members = checked_cap(max_members)
        self._patience = patience
        self._clock = clock
        self._purge_at = 0.0
        with self._opened() as connection:
            # Somebody may be using it at the moment; it works without, too.
            with suppress(sqlite3.OperationalError):
                connection.execute("PRAGMA journal_mode = WAL")
            for statement in _SCHEMA:
                connection.execute(statement)

    def claim(self, key: str, owner: str, ttl: float) -> str:
        """Hold a key for an owner unless somebody holds it; return who does."""
        held, name = ("claim", key_of(key)), owner_of(owner)
        with self._transaction() as (connection, now):
            expires = expiry(now, ttl)
            if found := connection.execute(_READ, (*held, now)).fetchone():
                return owner_name(found[0])
            connection.execute(_WRITE, (*held, name, expires))
            return owner

    def add(self, key: str, member: str, ttl: float) -> int:
        """Put a member into a set; return how many different ones it has now."""
        place, added = ("set", key_of(key)), member_of(member)
        with self._transaction() as (connection, now):
            expires = expiry(now, ttl)
            members = dict(connection.execute(_READ, (*place, now)).fetchall())
            if len(members) < self.max_members:
                members[added] = min(members.values(), default=expires)
                connection.execute(_WRITE, (*place, added, members[added]))
            return min(len(members), self.max_members)

    def mark(self, keys: Iterable[str], ttl: float) -> None:
        """Remember keys for so many seconds."""
        places = [("mark", key_of(key), b"") for key in keys]
        with self._transaction() as (connection, now):
            expires = expiry(now, ttl)
            connection.executemany(_WRITE, [(*place, expires) for place in places])

    def known(self, keys: Iterable[str]) -> frozenset[str]:
        """Return which of these keys are marked."""
        places = {key: ("mark", key_of(key)) for key in keys}
        with self._transaction() as (connection, now):
            return frozenset(
                key for key, place in places.items() if connection.execute(_READ, (*place, now)).fetchone()
            )

    @contextmanager
    def _transaction(self) -> Iterator[tuple[sqlite3.Connection, float]]:
        """Begin a transaction that nobody else writes in; give the time, too. It ends with the block."""
        with self._opened() as connection:
            connection.execute("BEGIN IMMEDIATE")
            now = self._clock()  # to begin may have taken a while
            if now >= self._purge_at:
                connection.execute(_PURGE, (now,))
                self._purge_at = now + _PURGE_EVERY
            yield connection, now
            connection.execute("COMMIT")

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        try:
            with closing(
                sqlite3.connect(self._path, timeout=self._patience, isolation_level=None)
            ) as connection:
                connection.execute("PRAGMA synchronous = NORMAL")
                yield connection
        except sqlite3.Error as error:
            raise StoreError(str(self._path), _problem(error)) from error


def _problem(error: sqlite3.Error) -> str:
    """Say what SQLite says, and what to do about it."""
    name = getattr(error, "sqlite_errorname", "")  # errors of the sqlite3 module itself have none
    advice = next((words for code, words in _ADVICE.items() if name.startswith(code)), "")
    return f"{error}; {advice}" if advice else str(error)
