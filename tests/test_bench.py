from __future__ import annotations

import gzip
import json
import subprocess
import sys
from importlib import import_module
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from trailguard import CloudTrailEvent, Engine, Severity, rule
from trailguard.decode import decode
from trailguard.report import Counts

if TYPE_CHECKING:
    from collections.abc import Callable

BENCH = Path(__file__).parents[1] / "bench"


@pytest.fixture
def inputs(bench_module: Callable[[str], Any]) -> Any:
    return bench_module("inputs")


@pytest.fixture
def traffic(inputs: Any) -> Any:
    return inputs.traffic


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  # our own program
        [sys.executable, str(BENCH), *arguments], capture_output=True, text=True, check=False
    )


def listened(log_file: bytes) -> float:
    """Tell the share of the records that are of calls which change a network or a role."""
    counts = Counts()
    calls = import_module("calls").LISTENED

    @rule(on=[call.action for call in calls], severity=Severity.LOW, title="Changed")
    def changed(event: CloudTrailEvent) -> None: ...

    list(Engine([changed]).judge_all(decode(log_file), counts))
    assert counts.complete
    return counts.judged / counts.seen


def test_it_prints_and_writes_what_it_measures(tmp_path: Path) -> None:
    """How fast it is, is no test's business: only that every group says so."""
    results = tmp_path / "results.json"
    groups = ("scan", "json_lines", "match_rate", "rules", "snapshot", "warm")
    run = bench("--only", *groups, "--rounds", "1", "--records", "200", "--json", str(results))

    assert run.returncode == 0, run.stderr
    written = json.loads(results.read_text("utf-8"))
    assert {figure["group"] for figure in written["figures"]} == {name.replace("_", " ") for name in groups}
    assert all(figure["value"]["low"] > 0 for figure in written["figures"])
    assert written["noise"]["low"] > 0
    assert (written["records"], written["rounds"]) == (200, 1)
    heading, noise, *lines = run.stdout.splitlines()
    assert heading.split()[:3] == ["group", "what", "figure"]
    assert noise.startswith("noise")
    assert len(lines) == len(written["figures"])


@pytest.mark.parametrize("wrong", [("--only", "speed"), ("--rounds", "0"), ("--records", "few")])
def test_it_refuses_what_it_cannot_measure(wrong: tuple[str, str], tmp_path: Path) -> None:
    run = bench(*wrong, "--json", str(tmp_path / "results.json"))

    assert run.returncode == 2
    assert wrong[0] in run.stderr
    assert "Traceback" not in run.stderr
    assert not list(tmp_path.iterdir())


def test_traffic_is_the_same_for_the_same_seed(traffic: Any) -> None:
    once, again, other = (list(traffic.records(200, seed)) for seed in (1, 1, 2))

    assert once == again
    assert traffic.log_file(once) == traffic.log_file(again)
    assert not {record["eventID"] for record in once} & {record["eventID"] for record in other}


def test_traffic_is_made_as_it_is_asked_for(traffic: Any) -> None:
    """A generator that made a list first would never get to the first of so many."""
    assert len(list(islice(traffic.records(10**15), 5))) == 5


def test_each_record_of_traffic_is_an_event_of_its_own(traffic: Any) -> None:
    events = [CloudTrailEvent.model_validate(record) for record in traffic.records(1_000)]

    assert len({event.event_id for event in events}) == 1_000
    assert {event.account_id for event in events} == {"111122223333"}
    assert {event.actor.type for event in events} == {"AssumedRole", "IAMUser", "AWSService"}
    assert {event.succeeded for event in events} == {True, False}
    assert {event.read_only for event in events} == {True, False}
    assert "<" not in json.dumps([event.raw for event in events]), "a blank was left"


@pytest.mark.parametrize(("share", "tolerance"), [(0.0, 0.0), (0.045, 0.02), (0.5, 0.05), (1.0, 0.0)])
def test_the_share_that_is_asked_for_is_listened_to(traffic: Any, share: float, tolerance: float) -> None:
    file = traffic.log_file(traffic.records(1_500, share=share))

    assert listened(file) == pytest.approx(share, abs=tolerance)


def test_the_default_share_is_that_of_real_logs(traffic: Any) -> None:
    assert 0.03 < listened(traffic.log_file(traffic.records(2_000))) < 0.06


@pytest.mark.parametrize("number", [0, 1, 50])
def test_a_log_file_holds_the_records(traffic: Any, number: int) -> None:
    records = list(traffic.records(number))

    assert json.loads(gzip.decompress(traffic.log_file(iter(records)))) == {"Records": records}


def test_without_the_real_sample_traffic_is_made_up(
    inputs: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(inputs, "REAL", tmp_path / "not-there")
    made = inputs.Inputs.make(tmp_path, records=25)

    assert not made.is_real
    assert made.small == tuple(sorted((BENCH.parent / "examples" / "logs").rglob("*.gz")))
    assert made.ten == made.generated
    numbers = [len(json.loads(gzip.decompress(file.read_bytes()))["Records"]) for file in made.ten]
    assert (len(numbers), sum(numbers)) == (10, 25)


@pytest.mark.parametrize(("document", "table"), [("README.md", "short"), ("docs/performance.md", "full")])
def test_documents_have_the_figures_that_were_measured(
    document: str, table: str, bench_module: Callable[[str], Any]
) -> None:
    tables = bench_module("tables")
    results = json.loads((BENCH / "results.json").read_text("utf-8"))

    text = (BENCH.parent / document).read_text("utf-8")
    assert getattr(tables, table)(results) in text, "write `python bench/tables.py` into it"
    assert results["date"] in text
