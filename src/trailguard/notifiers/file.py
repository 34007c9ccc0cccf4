"""Appends verdicts and failures to a file as JSON Lines."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from trailguard.formats import writer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailguard.report import Notice

__all__ = ["FileNotifier"]


class FileNotifier:
    """Appends one line of JSON for each notice, to a file that only its owner may read if it makes one.

    All lines of a call are one write at the end of the file, so that processes that share it tear none of
    each other's. The file is opened anew for each call: it may be moved away in between.

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
        self._path = path
        self._write = writer(schema)
        self._is_torn = False

    def send(self, notices: Sequence[Notice]) -> None:
        """Append the notices.

        Raises:
            OSError: when they could not be written: none of them counts as delivered then.
        """
        lines = "".join(f"{self._write(notice, None)}\n" for notice in notices).encode()
        rest = b"\n" + lines if self._is_torn else lines
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            while rest:  # a disk that becomes full takes a part, and refuses the rest
                rest = rest[os.write(descriptor, rest) :]
                self._is_torn = bool(rest)
        finally:
            os.close(descriptor)
