from __future__ import annotations

import io
import os
import sys
from typing import TYPE_CHECKING

import pytest

from trailguard.errors import ReadError
from trailguard.sources import STDIN, Source, find

if TYPE_CHECKING:
    from pathlib import Path

MEBIBYTE = 1024 * 1024


def write(path: Path, content: bytes = b"{}") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def names(*places: Path | str) -> list[str]:
    """Return the names of the sources; the places where there is nothing to read may not occur."""
    return [one.name for one in find(places) if isinstance(one, Source)]


def source_of(place: Path | str) -> Source:
    """Return the one source that a place has."""
    [found] = find([place])
    assert isinstance(found, Source)
    return found


def read(source: Source) -> bytes:
    return b"".join(source.chunks())


def test_file(tmp_path: Path) -> None:
    """It has its path for a name, and its size for a progress bar."""
    path = write(tmp_path / "events.json", b'{"Records": []}')

    source = source_of(path)

    assert source == Source(str(path), path, 15)
    assert read(source) == b'{"Records": []}'


def test_file_that_is_named_may_be_called_anything(tmp_path: Path) -> None:
    """Who names a file means it, whatever it is called."""
    path = write(tmp_path / "events.log")

    assert names(path) == [str(path)]


def test_folder_is_searched_to_the_bottom(tmp_path: Path) -> None:
    """Sorted, so that two runs tell the same in the same order."""
    for name in ("b.json", "a.json.gz", "2026/03/02/c.jsonl", "2026/03/01/d.ndjson", "z/e.gz"):
        write(tmp_path / name)

    assert names(tmp_path) == [
        str(tmp_path / name)
        for name in ("2026/03/01/d.ndjson", "2026/03/02/c.jsonl", "a.json.gz", "b.json", "z/e.gz")
    ]


@pytest.mark.parametrize("name", ["notes.txt", "events.json.bak", "json", "events.jsonl.zip", "events.csv"])
def test_what_else_is_in_a_folder_is_left_alone(tmp_path: Path, name: str) -> None:
    """A near miss: it almost looks like a log file."""
    write(tmp_path / name)
    write(tmp_path / "events.json")

    assert names(tmp_path) == [str(tmp_path / "events.json")]


def test_folder_called_like_a_file(tmp_path: Path) -> None:
    """It is searched, not read."""
    write(tmp_path / "day.json" / "events.json")

    assert names(tmp_path) == [str(tmp_path / "day.json" / "events.json")]


def test_folder_without_log_files(tmp_path: Path) -> None:
    """To have found nothing is no success."""
    write(tmp_path / "notes.txt")

    [error] = find([tmp_path])

    assert isinstance(error, ReadError)
    assert error.source == str(tmp_path)
    assert error.problem == "no log files in this folder (.json, .jsonl, .ndjson, .gz)"


@pytest.mark.parametrize("name", ["missing", "missing.json.gz", "no/such/folder"])
def test_place_that_does_not_exist(tmp_path: Path, name: str) -> None:
    [error] = find([tmp_path / name])

    assert isinstance(error, ReadError)
    assert str(error) == f"{tmp_path / name}: no such file or folder"


@pytest.mark.parametrize("name", ["x" * 300, '{"Records": [' + "0, " * 100 + "0]}"], ids=["long", "JSON"])
def test_place_that_cannot_exist(name: str) -> None:
    """File systems refuse a name that is too long; pasted JSON, say."""
    [error] = find([name])

    assert isinstance(error, ReadError)
    assert error.source == name


def test_order_of_places_is_kept(tmp_path: Path) -> None:
    """One that cannot be read never stops the next."""
    second, first = write(tmp_path / "b.json"), write(tmp_path / "a.json")
    (tmp_path / "empty").mkdir()

    found = list(find([second, tmp_path / "missing", tmp_path / "empty", first]))

    assert [type(one) for one in found] == [Source, ReadError, ReadError, Source]
    assert names(second, first) == [str(second), str(first)]


def test_places_may_be_text_or_paths(tmp_path: Path) -> None:
    path = write(tmp_path / "a.json")

    assert names(path) == names(str(path)) == [str(path)]


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dash, as everywhere; its bytes come as they are, undecoded."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"\x1f\x8b\xff\r\n")))

    source = source_of(STDIN)

    assert (source.name, source.path, source.size) == ("standard input", None, 0)
    assert read(source) == b"\x1f\x8b\xff\r\n"


def test_file_called_like_standard_input(tmp_path: Path) -> None:
    """A near miss: with a folder before it, a dash is a name."""
    path = write(tmp_path / STDIN)

    assert names(path) == [str(path)]


def test_large_file_is_read_piece_by_piece(tmp_path: Path) -> None:
    """So that its size is no matter of memory, and progress can be seen."""
    content = os.urandom(MEBIBYTE) * 9
    source = source_of(write(tmp_path / "large.json", content))

    chunks = list(source.chunks())

    assert len(chunks) > 1
    assert max(map(len, chunks)) <= 4 * MEBIBYTE
    assert b"".join(chunks) == content


def test_empty_file_has_no_bytes(tmp_path: Path) -> None:
    """What that means is for whoever decodes them."""
    source = source_of(write(tmp_path / "empty.json", b""))

    assert list(source.chunks()) == []


def test_file_that_is_gone_when_it_is_read(tmp_path: Path) -> None:
    """It was there when it was found; log rotation, say."""
    path = write(tmp_path / "a.json")
    source = source_of(path)
    path.unlink()

    with pytest.raises(ReadError, match="No such file or directory") as caught:
        read(source)

    assert caught.value.source == str(path)
    assert isinstance(caught.value.__cause__, OSError)


def test_source_that_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"Is a directory|Permission denied"):
        read(Source(str(tmp_path), tmp_path))


def test_link_in_a_folder_is_followed(tmp_path: Path) -> None:
    target = write(tmp_path / "elsewhere" / "target.json", b"[]")
    link = tmp_path / "logs" / "link.json"
    link.parent.mkdir()
    link.symlink_to(target)

    source = source_of(link.parent)

    assert (source.name, read(source)) == (str(link), b"[]")


def test_broken_link_in_a_folder_is_told(tmp_path: Path) -> None:
    """A log file that is missing must not look like one that holds nothing."""
    write(tmp_path / "a.json")
    (tmp_path / "b.json").symlink_to(tmp_path / "nowhere.json")

    _, broken = find([tmp_path])

    with pytest.raises(ReadError, match=r"b\.json: "):
        raise broken if isinstance(broken, ReadError) else AssertionError(read(broken))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_folder_that_may_not_be_looked_into_is_told(tmp_path: Path) -> None:
    """At any depth: its log files must not look like none."""
    write(tmp_path / "a.json")
    locked = write(tmp_path / "locked" / "b.json").parent
    locked.chmod(0)
    try:
        found = list(find([tmp_path])) + list(find([locked])) + list(find([locked / "b.json"]))
    finally:
        locked.chmod(0o700)

    assert [one.source for one in found if isinstance(one, ReadError)] == [
        str(locked), str(locked), str(locked / "b.json"),
    ]  # fmt: skip
