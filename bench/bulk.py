"""The same records any number of times, each time as other events, as fast as bytes can be joined.

An event that comes twice is judged once, so those that some rule listens to bear another id each time. Nobody
looks at the ids of the others.
"""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any, Self

from trailguard import Engine
from trailguard.record import Record
from trailguard.rules import BUILTIN_RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["Bulk"]

_ID = "11111111-2222-4333-8444-555555555555"  # none that was drawn by lot


class Bulk:
    """Records, cut where an id goes.

    Args:
        records: the records.

    Attributes:
        number: how many there are.
        judged: how many of them some rule listens to.
    """

    def __init__(self, records: Iterable[dict[str, Any]]) -> None:
        engine = Engine(BUILTIN_RULES)
        self._texts: list[bytes] = []
        self.judged = 0
        for record in records:
            text = _json(record)
            if engine.judge(Record(text)).fate == "judged":
                self.judged += 1
                text = _json(record | {"eventID": _ID})
            self._texts.append(text)
        self.number = len(self._texts)

    @classmethod
    def of(cls, file: Path, number: int | None = None) -> Self:
        """Take the records of a gzipped log file, or so many of them, from one end to the other."""
        records = json.loads(gzip.decompress(file.read_bytes()))["Records"]
        return cls(records[:: max(1, len(records) // (number or len(records)))][:number])

    @property
    def size(self) -> int:
        """How many bytes of JSON they are."""
        return sum(map(len, self._texts)) + self.number

    def lines(self, times: Iterable[int]) -> Iterator[bytes]:
        """Yield JSON Lines: all records for each of the numbers, which make the ids differ."""
        parts = (b"\n".join(self._texts) + b"\n").split(_ID.encode())
        for time in times:
            yield _filled(parts, time)

    def write(self, file: Path, times: Iterable[int]) -> None:
        """Write a gzipped log file that holds all records for each of the numbers."""
        parts = (b"," + b",".join(self._texts)).split(_ID.encode())
        with gzip.open(file, "wb", compresslevel=1) as packed:
            packed.write(b'{"Records":[')
            for n, time in enumerate(times):
                packed.write(_filled(parts, time).removeprefix(b"" if n else b","))
            packed.write(b"]}")


def _filled(parts: list[bytes], time: int) -> bytes:
    filled = [parts[0]]
    for n, part in enumerate(parts[1:]):
        filled += (b"%08x-0000-4000-8000-%012x" % (time, n), part)
    return b"".join(filled)


def _json(record: dict[str, Any]) -> bytes:
    return json.dumps(record, separators=(",", ":")).encode()
