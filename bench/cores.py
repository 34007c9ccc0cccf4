"""What further cores are worth: ``trailguard scan --jobs 2`` beside ``--jobs 1``, on files like CloudTrail's.

Beside it is what the machine can give at all, which is seldom two: two processes that know nothing of one
another, each with half of the files.
"""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import processes
from bulk import Bulk
from figures import Figure, in_turns, times_faster

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from inputs import Inputs

__all__ = ["RECORDS", "figures"]

RECORDS = 2_320_000
"""How many records are judged: enough for the start of the processes to be of no weight."""

FILES = 800
ROUNDS = 3
SMALLER = 4
"""Of how many records one is in small files."""

TO = "times faster than --jobs 1"
BAR = 1.8
"""How many times faster two have to be."""


def figures(inputs: Inputs, rounds: int, records: int = RECORDS) -> Iterator[Figure]:
    """Measure two jobs, and two processes.

    Args:
        inputs: gives the records, and a folder to write in.
        rounds: how often each is timed; three times at most, for it takes seconds.
        records: how many records to judge, about.
    """
    halves = _write(inputs, records)
    outputs = set[bytes]()
    with ThreadPoolExecutor(len(halves)) as pool:
        works: dict[str, Callable[[], object]] = {
            "one": lambda: outputs.add(_scan(*halves)),
            "two": lambda: outputs.add(_scan(*halves, jobs=2)),
            "apart": lambda: outputs.add(b"".join(pool.map(_scan, halves))),
        }
        times = in_turns(min(rounds, ROUNDS), works)
    assert len(outputs) == 1, "what is written depends on how many judge"
    note = f"the same {len(outputs.pop().splitlines()):,} lines of both"
    faster = times_faster(times["two"], times["one"])
    yield Figure("cores", "scan --jobs 2", faster, to=TO, bar=BAR, better="more", note=note)
    apart = times_faster(times["apart"], times["one"])
    note = "what this machine can give"
    yield Figure("cores", "two scans at once, a half each", apart, to=TO, better="more", note=note)
    folder = _write_small(inputs, records)
    times = in_turns(
        min(rounds, ROUNDS), {"one": lambda: _scan(folder), "two": lambda: _scan(folder, jobs=2)}
    )
    name = "scan --jobs 2, small files"
    faster = times_faster(times["two"], times["one"])
    yield Figure("cores", name, faster, to=TO, better="more", note="as they are in the sample")


def _write(inputs: Inputs, records: int) -> tuple[Path, Path]:
    """Write files of one size, with other events in each; a half of them in each folder."""
    bulk = Bulk.of(inputs.ten[0])
    times = math.ceil(records / FILES / bulk.number)
    halves = inputs.folder / "cores" / "1", inputs.folder / "cores" / "2"
    for half, numbers in zip(halves, (range(FILES // 2), range(FILES // 2, FILES)), strict=True):
        half.mkdir(parents=True)
        for n in numbers:
            bulk.write(half / f"{n}.json.gz", range(n * times, (n + 1) * times))
    return halves


def _write_small(inputs: Inputs, records: int) -> Path:
    """Write the sample's own files again and again, with other events in each."""
    folder = inputs.folder / "cores" / "small"
    folder.mkdir()
    bulks = [Bulk.of(file) for file in inputs.small]
    for time in range(math.ceil(records / SMALLER / sum(bulk.number for bulk in bulks))):
        for n, bulk in enumerate(bulks):
            bulk.write(folder / f"{time}-{n}.json.gz", [time * len(bulks) + n])
    return folder


def _scan(*folders: Path, jobs: int = 1) -> bytes:
    return processes.run("-m", "trailguard", "scan", "--format", "jsonl", "--jobs", jobs, *folders).out
