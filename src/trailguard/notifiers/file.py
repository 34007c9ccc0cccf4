"""Appends verdicts and failures to a file as JSON Lines."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from trailguard.formats import writer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trailguard.report import Notice

__all__ = ["FileNotifier"]

_BLOCK = 65_536


class FileNotifier:
    """Appends one line of JSON for each notice, to a file that only its owner may read if it makes one.

    Processes may share it: they wait for one another where the system has locks for files. A line that was
    cut short, since a process was killed or the disk was full, is taken out: what it said was not delivered,
    and is told again. The file is opened anew for each call, so it may be moved away in between.

    Args:
        path: the file. Its folder is there already.
        schema: in which words: ``trailguard`` or ``ocsf``.

    Raises:
        ValueError: when ``path`` is none.
    """

    name = "file"

    def __init__(self, path: str | os.PathLike[str], *, schema: str = "trailguard") -> None:
        if not isinstance(path, str | os.PathLike) or not os.fspath(path):
            raise ValueError(f"path is {path!r}; expected the path of a file")
        self.identity = f"file {os.fspath(path)}"
        self._path = path
        self._write = writer(schema)

    def send(self, notices: Sequence[Notice]) -> None:
        """Append the notices.

        Raises:
            OSError: when they could not be written: none of them counts as delivered then.
        """
        lines = "".join(f"{self._write(notice, None)}\n" for notice in notices).encode()
        with _opened(self._path) as descriptor:
            end = _mended(descriptor)
            try:
                while lines:  # a disk that becomes full takes a part, and refuses the rest
                    lines = lines[os.write(descriptor, lines) :]
            except OSError:
                if end is not None:
                    os.ftruncate(descriptor, end)
                raise


@contextmanager
def _opened(path: str | os.PathLike[str]) -> Iterator[int]:
    """Open a file to append to, and keep other processes from it meanwhile."""
    descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        with suppress(ImportError):  # there is none on Windows
            import fcntl  # noqa: PLC0415

            fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)  # which gives the lock back


def _mended(descriptor: int) -> int | None:
    """Cut off what stands behind the last whole line; return where that ends, None if it is no plain file."""
    about = os.fstat(descriptor)
    if not stat.S_ISREG(about.st_mode):
        return None
    end = about.st_size
    while end:
        start = max(0, end - _BLOCK)
        newline = os.pread(descriptor, end - start, start).rfind(b"\n")
        if newline >= 0:
            end = start + newline + 1
            break
        end = start
    if end < about.st_size:
        os.ftruncate(descriptor, end)
    return end
