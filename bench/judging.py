"""What is timed in this process: judging files, beside what every tool that loads first must do."""

from __future__ import annotations

import gzip
import json
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING
from unittest.mock import patch

from trailguard import inflate
from trailguard.decode import decode
from trailguard.report import Counts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from types import ModuleType

    from trailguard import Engine

__all__ = ["LIBRARIES", "LOADING", "contents", "gunzip", "judge", "load", "using"]

LOADING = "gunzip + json.loads"
LIBRARIES = {one.__name__.partition(".")[0]: one for one in (zlib, vars(inflate)["fastest_zlib"])}
"""By what trailguard may inflate; the last one, which ``trailguard[fast]`` brings, is used if it is there."""


def contents(files: Iterable[Path]) -> list[bytes]:
    """Read files: disks are not what is measured."""
    return [file.read_bytes() for file in files]


def load(files: Iterable[bytes]) -> None:
    """Do what comes first everywhere else, by the standard library."""
    for file in files:
        json.loads(gzip.decompress(file))


def gunzip(files: Iterable[bytes]) -> None:
    """Do what nobody can do without, by the standard library."""
    for file in files:
        gzip.decompress(file)


def judge(files: Iterable[bytes], engine: Engine) -> Counts:
    """Judge every record, one file after the other."""
    counts = Counts()
    for file in files:
        list(engine.judge_all(decode(file), counts))
    assert counts.complete, "something of the files was not judged"
    return counts


@contextmanager
def using(library: ModuleType) -> Iterator[None]:
    """Have trailguard inflate by a library, one of `LIBRARIES`."""
    with patch.object(inflate, "fastest_zlib", library):
        yield
