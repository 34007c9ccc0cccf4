"""How much memory judging takes at most, beyond what a process has once its guard is made."""

from __future__ import annotations

import json
import math
import sys
from typing import TYPE_CHECKING

import processes
from bulk import Bulk
from figures import Figure, Range

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from inputs import Inputs

__all__ = ["LINES", "figures"]

LINES = 5_000_000
"""How many JSON Lines are piped in."""

MEGABYTE = 1_000_000
LARGE = 200 * MEGABYTE
FILES = 1_000
IN_SMALL = 80
"""How many records make a file of about 100 KB."""

TO = "beyond a guard that is made"
BAR = 80.0

SCAN = """
import json, re, sys
from pathlib import Path
from trailguard import Guard
from trailguard.report import Counts
from trailguard.sources import find

def peak():
    # Not getrusage: its figure begins with that of the process that started this one.
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024

guard = Guard.from_settings(notifiers=())
sources, counts = list(find(sys.argv[1:])), Counts()
before = peak()
for notice in guard.scan(sources, counts):
    pass
print(json.dumps([peak() - before, counts.seen, counts.judged, counts.failures]))
"""


def figures(inputs: Inputs, rounds: int, lines: int = LINES) -> Iterator[Figure]:  # noqa: ARG001  # once will do
    """Measure one large file, many small ones, and more lines than memory would hold.

    Args:
        inputs: gives the records, and a folder to write in.
        rounds: is of no matter: memory does not depend on how busy the machine is.
        lines: how many lines to pipe in, at least; of fewer, the files are smaller and fewer, too.
    """
    if sys.platform != "linux":
        print("memory: is measured on Linux only")
        return
    folder = inputs.folder / "memory"
    folder.mkdir()
    bulk, small = Bulk.of(inputs.ten[0]), Bulk.of(inputs.ten[0], IN_SMALL)

    times, large = math.ceil(LARGE * lines / LINES / bulk.size), folder / "large.json.gz"
    bulk.write(large, range(times))
    name = f"one file of {times * bulk.size / MEGABYTE:,.0f} MB"
    yield _figure(name, times * bulk.number, large)
    large.unlink()

    times = math.ceil(FILES * lines / LINES)
    for n in range(times):
        small.write(folder / f"{n}.json.gz", [n])
    name = f"{times:,} files of {small.size / 1000:,.0f} KB"
    yield _figure(name, times * small.number, folder, bar=BAR)

    times = math.ceil(lines / bulk.number)
    name = f"{times * bulk.number:,} JSON Lines"
    yield _figure(name, times * bulk.number, "-", bulk.lines(range(times)), bar=BAR)


def _figure(
    name: str, records: int, source: object, feed: Iterable[bytes] = (), bar: float | None = None
) -> Figure:
    """Scan in a process of its own; see that every record was."""
    grown, seen, judged, failures = json.loads(processes.run("-c", SCAN, source, feed=feed).out)
    assert (seen, failures) == (records, 0), f"{name}: {seen:,} records and {failures:,} failures"
    value = Range.of([grown / MEGABYTE])
    return Figure("memory", name, value, "MB", to=TO, bar=bar, note=f"{judged:,} of {seen:,} listened to")
