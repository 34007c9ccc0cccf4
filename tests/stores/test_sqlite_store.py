from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from trailguard.errors import StoreError
from trailguard.stores.sqlite import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path


def rows(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        [[number]] = connection.execute("SELECT count(*) FROM entries")
        return int(number)


def test_file_outlives_a_store(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "state.sqlite")
    store.claim("a", "first", 60)
    store.mark(["b"], 60)

    again = SqliteStore(str(tmp_path / "state.sqlite"))

    assert again.claim("a", "second", 60) == "first"
    assert again.known("ab") == {"b"}


def test_what_is_over_is_purged(tmp_path: Path, clock: Any) -> None:
    """Now and then, by whatever is asked of the store; what lives stays."""
    path = tmp_path / "state.sqlite"
    store = SqliteStore(path, clock=clock)
    store.claim("a", "owner", 60)
    store.mark(["b"], 60)
    store.add("c", "1", 60)
    store.add("c", "2", 60)
    store.mark(["d"], 1_000)
    assert rows(path) == 5

    clock.now += 599
    store.known([])
    assert rows(path) == 5
    clock.now += 1
    store.known([])
    assert rows(path) == 1
    assert store.known("d") == {"d"}


def test_hash_is_all_that_is_stored_of_keys_and_members(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    store = SqliteStore(path)
    store.claim("secret key", "public owner", 60)
    store.add("secret key", "secret member", 60)
    store.mark(["secret key"], 60)

    content = path.read_bytes()

    assert b"public owner" in content
    assert b"secret" not in content


@pytest.mark.parametrize("name", [":memory:", "file:state?mode=memory", " "])
def test_every_path_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """What SQLite takes for a database in memory would forget each call at once."""
    monkeypatch.chdir(tmp_path)
    store = SqliteStore(name)
    monkeypatch.chdir("/")

    assert store.claim("a", "first", 60) == "first"
    assert store.claim("a", "second", 60) == "first"
    assert (tmp_path / name).is_file()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "notes.txt",
            b"These are notes about the weather, and long enough to be a header of a database. " * 20,
        ),
        ("header.sqlite", b"SQLite format 3\x00" + b"\xff" * 4096),
    ],
)
def test_file_that_is_no_database_is_an_error(tmp_path: Path, name: str, content: bytes) -> None:
    """It is told at once, and the file is left as it was."""
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(StoreError, match=r"move it away, and a new one is made") as told:
        SqliteStore(path)

    assert told.value.store == str(path)
    assert str(told.value) == f"{path}: {told.value.problem}"
    assert path.read_bytes() == content


def test_damage_is_an_error_whenever_it_comes(tmp_path: Path) -> None:
    path = tmp_path / "state.sqlite"
    store = SqliteStore(path)
    store.mark(map(str, range(1_000)), 60)
    sound = path.read_bytes()
    path.write_bytes(sound[:4096] + b"\x55" * (len(sound) - 4096))

    for use in (
        lambda: store.claim("a", "owner", 60),
        lambda: store.add("a", "member", 60),
        lambda: store.mark(["a"], 60),
        lambda: store.known(["a"]),
    ):
        with pytest.raises(StoreError, match=r"malformed; move it away"):
            use()


def test_file_of_another_application_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE entries (expires)")

    with pytest.raises(StoreError, match=r"other\.sqlite: no such column: value"):
        SqliteStore(path).known(["a"])


@pytest.mark.parametrize("path", ["missing/state.sqlite", "."])
def test_place_that_cannot_be_written_is_an_error(tmp_path: Path, path: str) -> None:
    with pytest.raises(
        StoreError, match=r"unable to open database file; its folder must be there, and writable"
    ):
        SqliteStore(tmp_path / path)


def test_file_that_was_taken_away_is_an_error(tmp_path: Path) -> None:
    """Else everything would look as if it had never been."""
    store = SqliteStore(tmp_path / "state.sqlite")
    (tmp_path / "state.sqlite").unlink()

    with pytest.raises(StoreError, match=r"no such table: entries"):
        store.known(["a"])


def test_waiting_ends(tmp_path: Path) -> None:
    """Another process that never lets go is an error, and afterwards all is well."""
    path = tmp_path / "state.sqlite"
    store = SqliteStore(path, patience=0)

    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match=r"locked; another process has not let go of it in time"):
            store.claim("a", "first", 60)

    assert store.claim("a", "second", 60) == "second"


def test_store_is_made_while_another_process_reads(tmp_path: Path) -> None:
    """The file cannot change to write-ahead logging then, and need not."""
    path = tmp_path / "state.sqlite"
    SqliteStore(path).mark(["a"], 60)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN")
        other.execute("SELECT * FROM entries").fetchone()

        store = SqliteStore(path, patience=0)

    assert store.known(["a"]) == {"a"}


def test_failure_leaves_nothing_half_done(tmp_path: Path) -> None:
    """A time that is refused is noticed in the middle of a transaction."""
    store = SqliteStore(tmp_path / "state.sqlite")

    with pytest.raises(ValueError, match="ttl"):
        store.claim("a", "first", 0)

    assert store.claim("a", "second", 60) == "second"
