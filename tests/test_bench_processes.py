from __future__ import annotations

import gzip
import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from trailguard import Engine, Guard
from trailguard.decode import decode
from trailguard.report import Counts
from trailguard.rules import BUILTIN_RULES
from trailguard.sources import find
from trailguard.testing import cloudtrail_event

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def inputs(bench_module: Any, tmp_path: Path) -> Any:
    return bench_module("inputs").Inputs.make(tmp_path, records=300)


def log_file(folder: Path) -> Path:
    file = folder / "log.json.gz"
    file.write_bytes(gzip.compress(json.dumps({"Records": records()}).encode()))
    return file


def once(_rounds: int, works: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Do each work once, untimed."""
    for work in works.values():
        work()
    return {name: [1.0] for name in works}


def records() -> list[dict[str, Any]]:
    """Make two that some rule listens to, between others."""
    quiet = cloudtrail_event("ec2:DescribeInstances").raw
    listened = cloudtrail_event("ec2:AttachInternetGateway", request={"internetGatewayId": "igw-1"}).raw
    return [quiet, listened, quiet, listened | {"eventID": "of-another-EXAMPLE"}, quiet]


def scanned(*files: Path) -> Counts:
    counts = Counts()
    list(Guard(Engine(BUILTIN_RULES)).scan(find(files), counts))
    assert counts.complete
    return counts


def test_bulk_has_other_events_each_time(bench_module: Any, tmp_path: Path) -> None:
    bulk = bench_module("bulk").Bulk(records())
    lines, files = tmp_path / "lines.jsonl", [tmp_path / "1.json.gz", tmp_path / "2.json.gz"]
    lines.write_bytes(b"".join(bulk.lines(range(7))))
    bulk.write(files[0], range(7, 10))
    bulk.write(files[1], [10])

    counts = scanned(lines, *files)

    assert (bulk.number, bulk.judged) == (5, 2)
    assert (counts.seen, counts.judged, counts.ignored) == (11 * 5, 11 * 2, 0)
    assert lines.stat().st_size == pytest.approx(7 * bulk.size, rel=0.01)


def test_bulk_repeats_events_when_its_numbers_do(bench_module: Any, tmp_path: Path) -> None:
    bulk, file = bench_module("bulk").Bulk(records()), tmp_path / "lines.jsonl"
    file.write_bytes(b"".join(bulk.lines([1, 1])))

    counts = scanned(file)

    assert (counts.judged, counts.ignored) == (2, 2)


@pytest.mark.parametrize(("number", "taken"), [(None, 5), (5, 5), (9, 5), (2, 2), (1, 1)])
def test_bulk_takes_some_of_a_log_file(
    bench_module: Any, tmp_path: Path, number: int | None, taken: int
) -> None:
    assert bench_module("bulk").Bulk.of(log_file(tmp_path), number).number == taken


def test_process_gets_what_it_is_fed(bench_module: Any) -> None:
    code = "import sys; print(len(sys.stdin.buffer.read())); sys.stderr.write('read')"

    output = bench_module("processes").run("-c", code, feed=[b"12345"] * 100_000)

    assert (output.out.strip(), output.err) == (b"500000", b"read")


def test_process_that_fails_says_why(bench_module: Any) -> None:
    """That it did not read what it was fed is not the reason."""
    with pytest.raises(RuntimeError, match="ended with 3:\nno luck"):
        bench_module("processes").run(
            "-c", "import os; os.write(2, b'no luck'); os._exit(3)", feed=[b"12345"] * 100_000
        )


def test_process_compiles_modules_and_has_no_settings(
    bench_module: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("TRAILGUARD_SETTINGS", "not-there.toml")

    code = "import sys; from trailguard import Guard; Guard.from_settings(); print(sys.dont_write_bytecode)"

    assert bench_module("processes").run("-c", code).out.strip() == b"False"


def test_cold_start_comes_to_a_verdict(
    bench_module: Any, inputs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its processes are asked what they found: nothing but the truth will do."""
    cold = bench_module("cold")
    monkeypatch.setattr(cold, "in_turns", once)

    found = list(cold.figures(inputs, 1))

    assert {figure.group for figure in found} == {"cold"}
    assert [figure.to for figure in found if figure.bar] == [
        "import pydantic",
        "without boto3 and .pyc files",
    ]
    assert len([figure for figure in found if figure.unit == "%"]) == cold.LARGEST
    for look in (cold._judge, cold._handle):
        with pytest.raises(AssertionError, match="0 verdicts expected"):
            look(inputs.folder / "cold.json", 0)


def test_imports_are_those_of_packages(bench_module: Any) -> None:
    """What importlib.metadata imports is for its sake, wherever it comes from."""
    told = """\
import time: self [us] | cumulative | imported package
import time:         1 |          1 | site
import time:        10 |         10 |       email.message
import time:        20 |         20 |       zipfile
import time:        30 |         60 |     importlib.metadata
import time:       100 |        160 |   pluggy._manager
import time:       200 |        360 | pluggy
import time:      1000 |       1000 |   email
import time:      2000 |       3000 | trailguard
something else
"""
    times = bench_module("cold")._import_times(told)

    assert times == {
        "the rest of Python": 1001,
        "importlib.metadata": 60,
        "pluggy": 300,
        "trailguard": 2000,
    }


def test_package_is_what_is_required_and_the_runtime_lacks(bench_module: Any) -> None:
    required = bench_module("cold")._required("trailguard")

    assert {"trailguard", "pydantic", "pydantic-core", "msgspec", "pluggy"} <= required
    assert not {"boto3", "botocore", "pytest", "click", "isal"} & required


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere memory is counted otherwise")
def test_memory_is_of_a_process_that_saw_every_record(bench_module: Any, inputs: Any) -> None:
    number = bench_module("bulk").Bulk.of(inputs.ten[0]).number

    large, small, lines = bench_module("memory").figures(inputs, 1, lines=10 * number)

    assert small.name.startswith("1 files of ")
    assert lines.name == f"{10 * number} JSON Lines"
    assert f" of {10 * number} listened to" in lines.note
    assert {figure.unit for figure in (large, small, lines)} == {"MB"}
    with pytest.raises(AssertionError, match="0 records and 1 failures"):
        bench_module("memory")._figure("nothing", 1, inputs.folder / "not-there")


def test_memory_is_left_out_where_it_is_counted_otherwise(
    bench_module: Any, inputs: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")

    assert not list(bench_module("memory").figures(inputs, 1))
    assert "on Linux only" in capsys.readouterr().out


def test_cores_write_the_same_however_many(
    bench_module: Any, inputs: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    cores = bench_module("cores")
    monkeypatch.setattr(cores, "FILES", 4)
    monkeypatch.setattr(cores, "in_turns", once)
    of_one = replace(inputs, ten=(log_file(tmp_path),))
    each = len(list(Engine(BUILTIN_RULES).judge_all(decode({"Records": records()}), Counts())))

    two, apart, small = cores.figures(of_one, 1, records=40)

    assert (two.bar, two.better, apart.bar, small.bar) == (1.8, "more", None, None)
    assert two.note == f"the same {8 * each} lines of both"


def test_cores_do_not_compare_what_differs(
    bench_module: Any, inputs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cores = bench_module("cores")
    monkeypatch.setattr(cores, "FILES", 2)
    monkeypatch.setattr(cores, "in_turns", once)
    monkeypatch.setattr(cores, "_scan", lambda *_, jobs=1: b"%d jobs\n" % jobs)

    with pytest.raises(AssertionError, match="depends on how many"):
        list(cores.figures(inputs, 1, records=10))
