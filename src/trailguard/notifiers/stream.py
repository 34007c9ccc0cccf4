"""Writes verdicts to a stream as JSON Lines. In Lambda, standard output is CloudWatch Logs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TextIO

from trailguard.notify import Undelivered, to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trailguard.report import Notice

__all__ = ["StreamNotifier"]


class StreamNotifier:
    """Writes one line of JSON for each notice.

    Args:
        stream: where to; standard output, as it is at the time of writing, if left out.
    """

    name = "stream"

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream

    def send(self, notices: Sequence[Notice]) -> Iterable[Undelivered]:
        """Write the notices, and flush."""
        stream = self._stream or sys.stdout
        for notice in notices:
            stream.write(to_json(notice) + "\n")
        stream.flush()
        return ()
