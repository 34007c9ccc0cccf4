"""How long judging takes, beside what every tool that loads first must do: gunzip and ``json.loads``.

Run it by ``make bench``. Both judge the same files in one process, in turns; the figure is the median of the
ratios, because a machine's speed drifts. The files are the real CloudTrail in ``../shared/data`` where that
is, and the project's own samples otherwise.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import time
import zlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

from trailguard import Engine, inflate
from trailguard.decode import decode
from trailguard.report import Counts
from trailguard.rules import BUILTIN_RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

ROOT = Path(__file__).parent.parent
REAL = ROOT.parent / "shared" / "data" / "cloudtrail"
SAMPLES = ROOT / "examples" / "logs"


def in_ten(files: list[bytes], times: int = 10) -> list[bytes]:
    """Put the records of many small files into ten larger ones, each several times, as other events."""
    records = [record for file in files for record in json.loads(gzip.decompress(file))["Records"]]
    return [
        gzip.compress(json.dumps({"Records": copies(records[n::10], times)}, separators=(",", ":")).encode())
        for n in range(10)
    ]


def copies(records: list[dict[str, Any]], times: int) -> list[dict[str, Any]]:
    """Repeat records under other ids: an event that comes twice would be judged once."""
    return [
        record | {"eventID": str(uuid5(UUID(record["eventID"]), str(n)))}
        for n in range(times)
        for record in records
    ]


def load(files: list[bytes]) -> None:
    """Do what comes first everywhere else."""
    for file in files:
        json.loads(gzip.decompress(file))


def gunzip(files: list[bytes]) -> None:
    """Do what nobody can do without."""
    for file in files:
        gzip.decompress(file)


def judge(files: list[bytes], engine: Engine) -> Counts:
    """Judge by every built-in rule."""
    counts = Counts()
    for file in files:
        list(engine.judge_all(decode(file), counts))
    return counts


def seconds(work: Callable[[], object]) -> float:
    """Time one call."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def compare(name: str, files: list[bytes], rounds: int) -> None:
    """Print how judging compares, by the standard library's inflate and by the one of trailguard[fast]."""
    for library in dict.fromkeys((zlib, inflate.fastest_zlib)):
        with using(library):
            print_row(f"{name}, {library.__name__}", files, rounds)


@contextmanager
def using(library: ModuleType) -> Iterator[None]:
    """Have trailguard inflate by a library."""
    usual = inflate.fastest_zlib
    inflate.fastest_zlib = library
    yield
    inflate.fastest_zlib = usual


def print_row(name: str, files: list[bytes], rounds: int) -> None:
    """Print one row of the table."""
    engine = Engine(BUILTIN_RULES)
    counts = judge(files, engine)
    to_load, to_gunzip, each = [], [], []
    for _ in range(rounds):
        loading = seconds(lambda: load(files))
        gunzipping = seconds(lambda: gunzip(files))
        judging = seconds(lambda: judge(files, engine))
        to_load.append(judging / loading)
        to_gunzip.append(judging / gunzipping)
        each.append(judging / counts.seen * 1e6)
    print(
        f"{name:<44}{counts.seen:>9,}{counts.judged / counts.seen:>11.1%}"
        f"{statistics.median(to_load):>14.2f}{min(to_load):>8.2f} to {max(to_load):.2f}"
        f"{statistics.median(to_gunzip):>16.2f}{statistics.median(each):>12.1f}"
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    folder = REAL if REAL.is_dir() else SAMPLES
    files = [file.read_bytes() for file in sorted(folder.rglob("*.gz"))]
    what = "real" if folder is REAL else "sample"
    print(f"{len(BUILTIN_RULES)} rules; time to judge as a ratio to gunzip + json.loads, and to gunzip alone")
    headings = (
        f"{'records':>9}{'listened':>11}{'to load':>14}{'spread':>16}{'to gunzip':>16}{'us/record':>12}"
    )
    print(f"{'files, inflated by':<44}{headings}")
    compare(f"{len(files)} {what} files", files, rounds)
    compare("the same in 10, 10 times", in_ten(files), max(3, rounds // 3))


if __name__ == "__main__":
    main()
