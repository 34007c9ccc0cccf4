"""Scanning by several processes where something is odd about them, their files, or who starts them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from trailguard.testing import cloudtrail_event

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SCAN = [sys.executable, "-m", "trailguard", "scan", "--format", "jsonl", "--jobs", "2"]
ONLY = "internet-gateway-attached"

# As a plugin that holds a lock, a port or a licence: only the first process gets it.
GREEDY = """
import os

os.open({taken!r}, os.O_CREAT | os.O_EXCL)

from trailguard import CloudTrailEvent, Severity, hookimpl, rule


@rule(on="sqs:TagQueue", severity=Severity.LOW, title="Acme")
def purged(event: CloudTrailEvent) -> str:
    return "purged"


@hookimpl
def trailguard_rules():
    return [purged]
"""


def write(folder: Path, number: int, action: str) -> Path:
    folder.mkdir()
    for n in range(number):
        record = cloudtrail_event(action, eventID=str(n)).raw
        (folder / f"{n}.json").write_text(json.dumps({"Records": [record]}), "utf-8")
    return folder


def run(command: Sequence[object], path: Path, **options: Any) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRAILGUARD_")}
    return subprocess.run(  # noqa: S603  # our own command
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=kept | {"PYTHONPATH": str(path)},
        **options,
    )


def test_process_without_a_plugin_judges_nothing(tmp_path: Path) -> None:
    """Where a process has fewer rules than the guard that scans, what it says of a file is not all."""
    metadata = tmp_path / "acme_greedy-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-greedy\nVersion: 1.0\n", "utf-8")
    (metadata / "entry_points.txt").write_text("[trailguard]\nacme = acme_greedy\n", "utf-8")
    (tmp_path / "acme_greedy.py").write_text(GREEDY.format(taken=str(tmp_path / "taken")), "utf-8")
    (tmp_path / "trailguard.toml").write_text('plugins.on_error = "skip"\n', "utf-8")
    folder = write(tmp_path / "logs", 4, "sqs:TagQueue")

    told = run(
        [*SCAN, folder, "--settings", tmp_path / "trailguard.toml"],
        tmp_path,
    )

    assert [json.loads(line)["reason"] for line in told.stdout.splitlines()] == ["purged"] * 4


def test_files_of_this_process_alone(tmp_path: Path) -> None:
    """As of ``trailguard scan <(zcat a.gz) <(zcat b.gz)``: another process has no such descriptors."""
    folder = write(tmp_path / "logs", 3, "ec2:AttachInternetGateway")
    opened = [os.open(folder / f"{n}.json", os.O_RDONLY) for n in range(3)]

    told = run(
        [*SCAN, *(f"/dev/fd/{one}" for one in opened), "--rule", ONLY],
        tmp_path,
        pass_fds=opened,
    )
    for one in opened:
        os.close(one)

    assert (told.returncode, len(told.stdout.splitlines())) == (0, 3), told.stdout


PROGRAM = """
import multiprocessing, sys
from functools import partial
from trailguard import Guard
from trailguard.parallel import Workers
from trailguard.report import Counts
from trailguard.settings import Settings
from trailguard.sources import find

make = partial(Guard.from_settings, Settings(), notifiers=())


def scanned():
    counts = Counts()
    with Workers(make, 2) as workers:
        for _ in make().scan(workers.judged(find(sys.argv[1:])), counts):
            pass
    print(counts.seen, flush=True)


if __name__ == "__main__":
"""


def test_taking_up_after_the_block_does_not_wait_for_ever(tmp_path: Path) -> None:
    """It fails, or this process judges the rest."""
    folder = write(tmp_path / "logs", 9, "ec2:AttachInternetGateway")
    program = tmp_path / "program.py"
    program.write_text(
        PROGRAM
        + "    with Workers(make, 2) as workers:\n"
        + "        coming = workers.judged(find(sys.argv[1:]))\n"
        + "        next(coming)\n"
        + "    list(coming)\n",
        "utf-8",
    )

    run([sys.executable, program, folder], tmp_path)  # raises TimeoutExpired where it hangs


def test_where_a_process_may_have_no_children_this_one_judges(tmp_path: Path) -> None:
    """As in a worker of ``multiprocessing.Pool``, which is a daemon."""
    folder = write(tmp_path / "logs", 3, "ec2:AttachInternetGateway")
    program = tmp_path / "program.py"
    program.write_text(
        PROGRAM
        + "    pool = multiprocessing.get_context('spawn').Process(target=scanned, daemon=True)\n"
        + "    pool.start()\n"
        + "    pool.join()\n",
        "utf-8",
    )

    told = run([sys.executable, program, folder], tmp_path)

    assert (told.stdout, "Traceback" in told.stderr) == ("3\n", False), told.stderr


def test_number_that_is_too_large(tmp_path: Path) -> None:
    folder = write(tmp_path / "logs", 3, "ec2:AttachInternetGateway")

    told = run([sys.executable, "-m", "trailguard", "scan", folder, "--jobs", "9" * 5000], tmp_path)

    assert "Traceback" not in told.stderr
