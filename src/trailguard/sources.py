"""Reads the bytes that decoding asks for, from files, folders and standard input, a chunk at a time."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from trailguard.errors import ReadError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO

__all__ = ["STDIN", "Source", "find"]

STDIN: Final = "-"

_CHUNK: Final = 1024 * 1024
_LOG_SUFFIXES: Final = (".json", ".jsonl", ".ndjson", ".gz")


class Source(msgspec.Struct, frozen=True):
    """A file to be read.

    Attributes:
        name: its path, or ``standard input``.
        path: where it is; None for standard input.
        size: how many bytes it has, as it lies there; 0 if unknown.
    """

    name: str
    path: Path | None
    size: int = 0

    def chunks(self) -> Iterator[bytes]:
        """Yield its bytes.

        Raises:
            ReadError: when it cannot be opened or read.
        """
        try:
            if self.path is None:
                yield from _read(sys.stdin.buffer)
                return
            with self.path.open("rb") as file:
                yield from _read(file)
        except OSError as error:
            raise ReadError(self.name, error.strerror or str(error)) from error


def find(places: Iterable[str | Path]) -> Iterator[Source | ReadError]:
    """Find the files to read, sorted within each folder.

    Args:
        places: files, folders (searched to the bottom for ``.json``, ``.jsonl``, ``.ndjson`` and ``.gz``), or
            ``-`` for standard input.

    Yields:
        A source for each file; a `ReadError`, not raised, for each place where there is nothing to read.
    """
    for place in places:
        path = Path(place)
        try:
            if str(place) == STDIN:
                yield Source("standard input", None)
            elif path.is_dir():
                yield from _in_folder(path)
            elif path.exists():
                yield _source(path)
            else:
                yield ReadError(str(path), "no such file or folder")
        except OSError as error:  # a name that is too long, say
            yield ReadError(str(place), error.strerror or str(error))


def _in_folder(folder: Path) -> Iterator[Source | ReadError]:
    unread: list[OSError] = []
    files = sorted(
        Path(inner, name)
        for inner, _, names in os.walk(folder, onerror=unread.append)
        for name in names
        if Path(name).suffix in _LOG_SUFFIXES
    )
    for error in unread:
        yield ReadError(str(error.filename), error.strerror or str(error))
    if not files and not unread:
        yield ReadError(str(folder), f"no log files in this folder ({', '.join(_LOG_SUFFIXES)})")
    yield from map(_source, files)


def _source(path: Path) -> Source:
    try:
        return Source(str(path), path, path.stat().st_size)
    except OSError:
        return Source(str(path), path)  # reading it will say what is wrong


def _read(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk
