from __future__ import annotations

import json
import os
import stat
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from trailguard import Severity, Verdict
from trailguard.message import to_json
from trailguard.notifiers.file import FileNotifier
from trailguard.notify import deliver
from trailguard.record import DecodeFailure
from trailguard.verdict import Compliance, RuleFailure

if TYPE_CHECKING:
    from trailguard.report import Notice

RULE_FAILURE = RuleFailure("igw-attached", "event-1", "RunInstances", "a.json > record 1", "KeyError: 'x'")
DECODE_FAILURE = DecodeFailure("a.json > record 2", "not a JSON object", b"\xff\x00")
FULL = Path("/dev/full")


def verdict(reason: str = "why", **changes: Any) -> Verdict:
    return Verdict(
        id="0123456789abcdef0123456789abcdef",
        rule_id="igw-attached",
        compliance=Compliance.NON_COMPLIANT,
        severity=Severity.HIGH,
        title="Internet gateway attached",
        reason=reason,
        **changes,
    )


def reasons(path: Path) -> list[str]:
    return [json.loads(line)["reason"] for line in path.read_text("utf-8").splitlines()]


def write_many(path: str, who: int) -> None:
    """Write, as a process of its own, what a tear would show in."""
    notifier = FileNotifier(path)
    for n in range(20):
        notifier.send([verdict(f"{who} {n}", evidence={"x": str(who) * 5_000}) for _ in range(5)])


def test_appends_a_line_for_each_notice(tmp_path: Path) -> None:
    path = tmp_path / "verdicts.jsonl"
    notices: list[Notice] = [verdict(), RULE_FAILURE, verdict("another"), DECODE_FAILURE]
    path.write_text("before\n", "utf-8")

    [told] = deliver(notices, [FileNotifier(str(path))])

    assert told.undelivered == ()
    assert path.read_text("utf-8") == "before\n" + "".join(f"{to_json(notice)}\n" for notice in notices)


def test_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    """Verdicts say where the holes are. Who made the file beforehand decides for themselves."""
    made, found = tmp_path / "made.jsonl", tmp_path / "found.jsonl"
    found.touch(0o644)
    found.chmod(0o644)

    FileNotifier(made).send([verdict()])
    FileNotifier(found).send([verdict()])

    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    assert stat.S_IMODE(found.stat().st_mode) == 0o644


def test_file_that_was_moved_away_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "verdicts.jsonl"
    notifier = FileNotifier(path)

    notifier.send([verdict("first")])
    path.rename(tmp_path / "verdicts.jsonl.1")
    notifier.send([verdict("second")])

    assert reasons(path) == ["second"]


def test_processes_tear_none_of_each_others_lines(tmp_path: Path) -> None:
    path = tmp_path / "verdicts.jsonl"

    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as processes:
        list(processes.map(write_many, [str(path)] * 4, range(4)))

    batches = reasons(path)
    assert len(batches) == 4 * 20 * 5
    assert batches[::5] == batches[4::5], "what one wrote at once stays together"


@pytest.mark.parametrize(
    "reason", ['x\n{"rule_id": "forged"}\r\n\u2028', "\ud800", "\x1b[31m", "x" * 1_000_000]
)
def test_hostile_text_makes_no_lines(tmp_path: Path, reason: str) -> None:
    path = tmp_path / "verdicts.jsonl"

    FileNotifier(path).send([verdict(reason), verdict("after")])

    [hostile, after] = path.read_text("utf-8").splitlines()
    assert hostile.isprintable()
    assert json.loads(after)["reason"] == "after"


def test_line_that_was_cut_short_takes_no_other_with_it(tmp_path: Path) -> None:
    """A disk becomes full in the middle of a line; here it is the limit of the size of files."""
    resource = pytest.importorskip("resource")
    path = tmp_path / "verdicts.jsonl"
    notifier = FileNotifier(path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, hard))
    try:
        [told] = deliver([verdict("x" * 2_000_000)], [notifier])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    notifier.send([verdict("after")])
    notifier.send([verdict("later")])

    assert len(told.undelivered) == 1
    [after, later] = path.read_text("utf-8").splitlines()
    assert [json.loads(line)["reason"] for line in (after, later)] == ["after", "later"]


def test_line_of_a_process_that_was_killed_is_taken_out(tmp_path: Path) -> None:
    """What it said was not marked as told, and is told again."""
    path = tmp_path / "verdicts.jsonl"
    FileNotifier(path).send([verdict("before")])
    with path.open("ab") as file:
        file.write(b'{"reason": "cut sho' + b"x" * 200_000)

    FileNotifier(path).send([verdict("after")])

    assert [json.loads(line)["reason"] for line in path.read_text("utf-8").splitlines()] == [
        "before",
        "after",
    ]


@pytest.mark.skipif(not FULL.exists(), reason="there is no device that is always full")
def test_full_disk_leaves_all_undelivered() -> None:
    notices: list[Notice] = [verdict(), RULE_FAILURE]

    [told] = deliver(notices, [FileNotifier(FULL)])

    assert [one.notice for one in told.undelivered] == notices
    assert all("No space left on device" in one.error for one in told.undelivered)


def test_folder_that_is_missing_leaves_all_undelivered(tmp_path: Path) -> None:
    """Until it is there."""
    notifier = FileNotifier(tmp_path / "logs" / "verdicts.jsonl")

    [told] = deliver([verdict()], [notifier])
    assert len(told.undelivered) == 1
    assert "No such file or directory" in told.undelivered[0].error

    (tmp_path / "logs").mkdir()
    [told] = deliver([verdict()], [notifier])
    assert told.undelivered == ()


def test_no_file_stays_open(tmp_path: Path) -> None:
    """Not even one that could not be written to."""
    before = os.open(os.devnull, os.O_RDONLY)
    os.close(before)

    FileNotifier(tmp_path / "verdicts.jsonl").send([verdict()])
    deliver([verdict()], [FileNotifier(FULL)])

    after = os.open(os.devnull, os.O_RDONLY)
    os.close(after)
    assert before == after


@pytest.mark.parametrize("path", ["", None, 1, True])
def test_path_that_is_none_is_refused(path: Any) -> None:
    """1 is standard output's number, and no file."""
    with pytest.raises(ValueError, match=r"^path is .*; expected the path of a file$"):
        FileNotifier(path)
