"""Writes verdicts to a stream as JSON Lines. In Lambda, standard output is CloudWatch Logs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

from trailguard.formats import writer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailguard.report import Notice

__all__ = ["StreamNotifier"]


class StreamNotifier:
    """Writes one line of JSON for each notice.

    Args:
        stream: where to; standard output, as it is at the time of writing, if left out.
        schema: in which words: ``trailguard`` or ``ocsf``.
    """

    name = "stream"

    def __init__(self, stream: TextIO | None = None, *, schema: str = "trailguard") -> None:
        self._stream = stream
        self._write = writer(schema)

    def send(self, notices: Sequence[Notice]) -> None:
        """Write the notices, and flush."""
        stream = self._stream or sys.stdout
        for notice in notices:
            stream.write(f"{self._write(notice, None)}\n")
        stream.flush()
