"""What is judged: real log files where there are some, and generated ones beside them.

The real CloudTrail is in ``../shared/data``, which is not part of the project: without it the project's own
sample day stands for the small files, and generated traffic for the large ones.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID, uuid5

import traffic

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["RECORDS", "Inputs"]

ROOT = Path(__file__).parent.parent
REAL = ROOT.parent / "shared" / "data" / "cloudtrail"
SAMPLES = ROOT / "examples" / "logs"
FILES = 10

RECORDS = 29_000
"""How many records the larger files have together: ten times what the real sample has."""


@dataclass(frozen=True)
class Inputs:
    """The files of one run.

    Attributes:
        folder: a temporary folder, for whatever else is made.
        is_real: whether the real sample is there.
        small: the sample's own gzipped files.
        ten: the sample's records again and again, each time as other events, in ten larger files.
        generated: as many records that are made up, in ten files; the same as ``ten`` without a real sample.
        records: how many records ``ten`` has, and ``generated``.
    """

    folder: Path
    is_real: bool
    small: tuple[Path, ...]
    ten: tuple[Path, ...]
    generated: tuple[Path, ...]
    records: int = RECORDS

    @classmethod
    def make(cls, folder: Path, records: int = RECORDS) -> Self:
        """Write them below a folder.

        Args:
            folder: the folder, which is there.
            records: how many records the larger files are to have together.
        """
        is_real = REAL.is_dir()
        small = tuple(sorted((REAL if is_real else SAMPLES).rglob("*.gz")))
        generated = _in_ten(folder / "generated", traffic.records(records), records)
        ten = _in_ten(folder / "ten", _repeated(small), records) if is_real else generated
        return cls(folder, is_real, small, ten, generated, records)


def _in_ten(folder: Path, records: Iterator[dict[str, Any]], number: int) -> tuple[Path, ...]:
    """Write so many records into ten files of about the same size."""
    folder.mkdir()
    files = tuple(folder / f"{n}.json.gz" for n in range(FILES))
    for n, file in enumerate(files):
        share = (n + 1) * number // FILES - n * number // FILES
        file.write_bytes(traffic.log_file(islice(records, share)))
    return files


def _repeated(files: tuple[Path, ...]) -> Iterator[dict[str, Any]]:
    """Repeat the records for ever, each time under other ids: an event that comes twice is judged once."""
    records = [
        record for file in files for record in json.loads(gzip.decompress(file.read_bytes()))["Records"]
    ]
    time = 0
    while True:
        for record in records:
            yield record | {"eventID": str(uuid5(UUID(record["eventID"]), str(time)))}
        time += 1
