from __future__ import annotations

import json
import multiprocessing
import os
import re
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trailguard import Guard
from trailguard.cli.main import cli
from trailguard.message import to_json
from trailguard.parallel import Workers, cpus
from trailguard.record import ReadFailure
from trailguard.report import Counts
from trailguard.settings import Settings
from trailguard.sources import find
from trailguard.testing import cloudtrail_event, config_snapshot, configuration_item, log_file
from trailguard.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from trailguard.report import Notice

LOGS = Path(__file__).parents[1] / "examples" / "logs"
ONLY = "internet-gateway-attached"
THOSE_OF_THE_PLUGIN = ["counted", "held-back", "odd", "fails", "ends", "waits"]

PLUGIN = '''
import os
import signal

from trailguard import CloudTrailEvent, Dedup, Severity, Threshold, Violation, hookimpl, rule


def declared(action, **more):
    return rule(on=action, severity=Severity.LOW, title="Acme", **more)


@declared("sqs:PurgeQueue", threshold=Threshold(3, within="1h"))
def counted(event: CloudTrailEvent) -> str:
    return "purged"


@declared("sqs:DeleteQueue", dedup=Dedup(within="1h"))
def held_back(event: CloudTrailEvent) -> str:
    return "deleted"


@declared("sqs:TagQueue")
def odd(event: CloudTrailEvent) -> Violation:
    class OfNoModule:  # what pickle does not take
        def __str__(self) -> str:
            return "odd"

    return Violation("tagged", evidence={"odd": OfNoModule()})


@declared("sqs:UntagQueue")
def fails(event: CloudTrailEvent) -> str:
    return event.request_parameters["nothing"]


@declared("sqs:CreateQueue")
def ends(event: CloudTrailEvent) -> None:
    if event.request_parameters["how"] == "exit":
        os._exit(3)
    os.kill(os.getpid(), signal.SIGKILL)


@declared("sqs:SendMessage")
def waits(event: CloudTrailEvent) -> str:
    """Wait for whoever opens the other end."""
    asked = event.request_parameters
    with open(asked["pipe"], asked["mode"]) as pipe:
        if asked["mode"] == "r":
            pipe.read()
    return "waited"


@hookimpl
def trailguard_rules():
    return [counted, held_back, odd, fails, ends, waits]
'''

SETTINGS = """
[[exceptions]]
rule = "internet-gateway-attached"
resource = "igw-1"
owner = "network team"
reason = "it is ours"
"""


@pytest.fixture(name="plugin", scope="module")
def _plugin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Install a distribution with rules of all kinds, for this process and those that it starts."""
    folder = tmp_path_factory.mktemp("site-packages")
    metadata = folder / "acme_parallel-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-parallel\nVersion: 1.0\n", "utf-8")
    (metadata / "entry_points.txt").write_text("[trailguard]\nacme = acme_parallel\n", "utf-8")
    (folder / "acme_parallel.py").write_text(PLUGIN, "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield folder


def event(action: str, event_id: str, **request: Any) -> dict[str, Any]:
    return cloudtrail_event(action, eventID=event_id, request=request).raw


def attached(event_id: str, gateway: str = "igw-0example") -> dict[str, Any]:
    return event("ec2:AttachInternetGateway", event_id, internetGatewayId=gateway, vpcId="vpc-0example")


def write(folder: Path, files: Mapping[str, bytes | Sequence[Any]]) -> Path:
    """Write files: as they are, or log files of records."""
    for name, content in files.items():
        data = content if isinstance(content, bytes) else json.dumps({"Records": content}).encode()
        (folder / name).write_bytes(data)
    return folder


def make_guard(*only: str) -> Callable[[], Guard]:
    return partial(Guard.from_settings, Settings(), notifiers=(), only=only or None)


def judged(workers: Workers, guard: Guard, *places: Path) -> tuple[list[Notice], Counts]:
    counts = Counts()
    return list(guard.scan(workers.judged(find(places)), counts)), counts


def serially(guard: Guard, *places: Path) -> tuple[list[Notice], Counts]:
    counts = Counts()
    return list(guard.scan(find(places), counts)), counts


def start(plugin: Path | None, *arguments: object, **options: Any) -> subprocess.Popen[bytes]:
    """Start the real command, with warnings as errors."""
    path = [str(plugin or ""), os.environ.get("PYTHONPATH", "")]
    left_out = re.compile(r"TRAILGUARD_.*|FORCE_COLOR")
    kept = {name: value for name, value in os.environ.items() if not left_out.fullmatch(name)}
    return subprocess.Popen(  # noqa: S603  # our own command
        [sys.executable, "-W", "error", "-m", "trailguard", "scan", *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=kept | {"PYTHONPATH": os.pathsep.join(filter(None, path)), "PYTHONIOENCODING": "utf-8"},
        **options,
    )


def run(plugin: Path | None, *arguments: object, stdin: bytes = b"") -> tuple[int, str, str]:
    """Run the real command; return its status, and what it wrote. How long it took is left out."""
    with start(plugin, *arguments) as process:
        out, err = (data.decode() for data in process.communicate(stdin, timeout=60))
    return process.returncode, *(re.sub(r"\d+\.\d\d seconds", "", text) for text in (out, err))


# The same, whatever the number


@pytest.fixture(name="everything")
def _everything(tmp_path: Path) -> list[object]:
    """Write files with all that may depend on what is in other files, or go wrong; give the arguments."""
    (tmp_path / "trailguard.toml").write_text(SETTINGS, "utf-8")
    folder = tmp_path / "logs"
    folder.mkdir()
    purged, deleted = (
        [event(f"sqs:{action}Queue", f"{action}{n}") for n in range(6)] for action in ("Purge", "Delete")
    )
    group = configuration_item(
        "AWS::EC2::SecurityGroup",
        {"ipPermissions": [{"ipProtocol": "tcp", "fromPort": 22, "toPort": 22, "ipRanges": ["0.0.0.0/0"]}]},
    )
    insight = {"eventVersion": "1.11", "eventType": "AwsCloudTrailInsight"}
    write(
        folder,
        {
            "a.json": [attached("1"), attached("2", "igw-1"), purged[0], deleted[0]],
            "b.json": [attached("1"), insight, attached("3"), attached("3"), purged[1], deleted[1]],
            "c.json.gz": log_file([cloudtrail_event("ec2:AttachInternetGateway")])[:-4],
            "d.json": b"not JSON",
            "e.json": [{"eventTime": "no name"}, {**attached("5"), "eventTime": "yesterday"}, 7],
            "f.json": config_snapshot([group]),
            "g.json": config_snapshot([group]),
            "h.json": [attached("5"), attached("5"), {**attached("5"), "eventTime": "yesterday"}],
            "i.json": [{**attached("5"), "eventTime": "yesterday"}, *purged[2:], *deleted[2:]],
            "j.json": [event("sqs:TagQueue", "6"), event("sqs:UntagQueue", "7")],
            "k.json": [event("sqs:TagQueue", "6"), event("sqs:UntagQueue", "7"), attached("8", "\ud800")],
            "l.jsonl": "\n".join(
                json.dumps(one) for one in [event("s3:GetObject", "9"), attached("9")]
            ).encode(),
        },
    )
    (tmp_path / "empty").mkdir()
    places = [LOGS, folder, tmp_path / "missing", "-", tmp_path / "empty", folder / "a.json"]
    return [*places, "--settings", tmp_path / "trailguard.toml"]


@pytest.mark.parametrize(("form", "numbers"), [("jsonl", ["2", "3"]), ("text", ["2"])])
def test_output_is_the_same_to_the_byte(
    plugin: Path, everything: list[object], form: str, numbers: list[str]
) -> None:
    """Repeats, thresholds and what is held back span files; failures and standard input keep their places."""
    stdin = json.dumps([attached("8"), attached("10")]).encode()

    one = run(plugin, *everything, "--format", form, stdin=stdin)

    assert one[0] == 2
    for told in (
        "an event that was judged before",
        "suppressed",
        "below a threshold",
        "by rules",
        "not read",
    ):
        assert told in one[1] + one[2]
    for number in numbers:
        assert run(plugin, *everything, "--format", form, "--jobs", number, stdin=stdin) == one


@pytest.mark.usefixtures("plugin")
def test_the_first_file_counts_and_not_the_first_process(tmp_path: Path) -> None:
    """The first file is not done before the second: its rule waits for the other's, which waits for it."""
    os.mkfifo(pipe := tmp_path / "pipe")
    meet = [event("sqs:SendMessage", mode, pipe=str(pipe), mode=mode) for mode in "rw"]
    folder = write(tmp_path, {"a.json": [meet[0], attached("1")], "b.json": [attached("1"), meet[1]]})
    make = make_guard(ONLY, "waits")

    with Workers(make, 2) as workers:
        notices, counts = judged(workers, make(), folder)

    assert [one.origin for one in notices] == [
        f"{folder / 'a.json'} > record 1",
        f"{folder / 'a.json'} > record 2",
        f"{folder / 'b.json'} > record 2",
    ]
    assert (counts.judged, counts.repeated) == (3, 1)


RECORDS = {
    "purged": lambda n: event("sqs:PurgeQueue", f"purged {n}"),
    "deleted": lambda n: event("sqs:DeleteQueue", f"deleted {n}"),
    "attached": lambda n: attached(f"attached {n}"),
    "without an id": lambda n: attached("", f"igw-{n}"),
    "broken copy": lambda n: attached(f"attached {n}") | {"eventTime": "yesterday"},
    "failing": lambda n: event("sqs:UntagQueue", f"failing {n}"),
    "odd": lambda n: event("sqs:TagQueue", f"odd {n}"),
    "of no concern": lambda n: event("s3:GetObject", f"read {n}"),
    "no record": lambda n: n,
}
FILES = st.lists(
    st.lists(st.tuples(st.sampled_from(sorted(RECORDS)), st.integers(0, 2)), max_size=8), max_size=8
)


@pytest.mark.usefixtures("plugin")
def test_any_files_come_to_the_same() -> None:
    make = make_guard(ONLY, *THOSE_OF_THE_PLUGIN)
    guard = make()

    with Workers(make, 2) as workers:

        @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
        @given(FILES)
        def compare(files: list[list[tuple[str, int]]]) -> None:
            with TemporaryDirectory() as name:
                contents = {
                    f"{at}.json": [RECORDS[kind](n) for kind, n in file] for at, file in enumerate(files)
                }
                folder = write(Path(name), contents)
                there, here = judged(workers, guard, folder), serially(guard, folder)
                assert ([*map(to_json, there[0])], there[1]) == ([*map(to_json, here[0])], here[1])

        compare()


def test_many_files_in_several_rounds(tmp_path: Path) -> None:
    """More than are looked at ahead, by processes that are kept; and progress is told of each."""
    write(tmp_path, {f"{n:03}.json": [attached(f"{n // 2}")] for n in range(150)})
    make = make_guard(ONLY)
    guard, expected, read = make(), serially(make(), tmp_path), list[int]()

    with Workers(make, 2) as workers:
        assert judged(workers, guard, tmp_path) == expected
        assert judged(workers, guard, tmp_path) == expected
        list(guard.scan(workers.judged(find([tmp_path])), Counts(), read.append))

    assert len(expected[0]) == 75
    assert read == [path.stat().st_size for path in sorted(tmp_path.iterdir())]


# Processes that die


def test_file_at_which_a_process_dies_is_named(plugin: Path, tmp_path: Path) -> None:
    """No other is: not those that were waiting for it, nor those after it."""
    folder = write(
        tmp_path,
        {f"{n}.json": [attached(str(n))] for n in range(9)}
        | {
            "2.json": [attached("2"), event("sqs:CreateQueue", "exits", how="exit")],
            "3.json": [event("sqs:CreateQueue", "killed", how="kill")],
            "7.json": [event("sqs:CreateQueue", "killed again", how="kill")],
        },
    )

    status, out, err = run(
        plugin, folder, "--jobs", "2", "--format", "jsonl", "--rule", ONLY, "--rule", "ends"
    )
    told = [json.loads(line) for line in out.splitlines()]

    assert status == 2
    assert [one["origin"] for one in told] == [
        f"{folder / f'{n}.json'}{'' if n in {2, 3, 7} else ' > record 1'}" for n in range(9)
    ]
    assert {told[n]["kind"] for n in (2, 3, 7)} == {"read-failure"}
    assert told[2]["error"].startswith(
        "the process that judged it ended with status 3: memory ran out, or a rule"
    )
    assert told[3]["error"].startswith("the process that judged it was killed by SIGKILL: ")
    assert err.splitlines()[:3] == [
        "6 records seen: 6 listened to, 0 of no concern to any rule",
        "6 verdicts: 6 medium",
        "3 failures: 3 not read",
    ]


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (
            partial(Guard.from_settings, "no-such-file.toml"),
            "SettingsError: no-such-file.toml: cannot be read: ",
        ),
        (partial(os._exit, 3), "ended with status 3"),
        (partial(exec, "raise ValueError('no guard\\nhere')"), r"ValueError: no guard\nhere"),
    ],
    ids=["wrong settings", "dies", "raises"],
)
def test_where_no_process_starts_this_one_judges(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, make: Callable[[], Any], problem: str
) -> None:
    """Nothing is lost, nobody waits for ever, and it is tried once for each process."""
    folder = write(tmp_path, {f"{n}.json": [attached(str(n))] for n in range(9)})
    guard = make_guard(ONLY)()

    with Workers(make, 2) as workers:
        notices, counts = judged(workers, guard, folder)

    assert (notices, counts) == serially(guard, folder)
    assert len(caplog.messages) == 2
    for message in caplog.messages:
        assert message.startswith(f"a process that should judge files did not start; others do it: {problem}")


# When there is none


@pytest.mark.parametrize(("jobs", "files"), [(1, 3), (2, 1), (2, 0)])
def test_one_file_or_one_job_takes_no_process(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, jobs: int, files: int
) -> None:
    """A process would die, and be told."""
    write(tmp_path, {f"{n}.json": [attached(str(n))] for n in range(files)})
    guard = make_guard(ONLY)()

    with Workers(partial(os._exit, 3), jobs) as workers:
        notices, _ = judged(workers, guard, tmp_path)

    assert [type(one) for one in notices] == ([Verdict] * files or [ReadFailure])
    assert caplog.messages == []


def test_guard_that_no_other_process_could_make() -> None:
    with pytest.raises(TypeError, match="make_guard has to be a function at the top level of a module"):
        Workers(lambda: Guard.from_settings(Settings()), 2)


@pytest.mark.parametrize("jobs", [0, -1])
def test_no_jobs(jobs: int) -> None:
    with pytest.raises(ValueError, match=f"jobs is {jobs}; expected 1 or more"):
        Workers(make_guard(), jobs)


# The end


def test_who_stops_early_leaves_no_process_behind(tmp_path: Path) -> None:
    """Whether the scan is closed first or not."""
    write(tmp_path, {f"{n:03}.json": [attached(str(n))] for n in range(100)})
    make = make_guard(ONLY)
    guard, before = make(), multiprocessing.active_children()

    with Workers(make, 2) as workers:
        first = guard.scan(workers.judged(find([tmp_path])), Counts())
        next(first)
        assert len(multiprocessing.active_children()) == len(before) + 2
        first.close()  # type: ignore[attr-defined]  # it is a generator
        second = guard.scan(workers.judged(find([tmp_path])), Counts())
        next(second)

    assert multiprocessing.active_children() == before


def test_interrupt_ends_all_at_once(plugin: Path, tmp_path: Path) -> None:
    """As Ctrl-C does, which every process gets; in the middle of rules that would never end."""
    for pipe in (pipes := [tmp_path / "pipe-0", tmp_path / "pipe-1"]):
        os.mkfifo(pipe)
    waiting = {p.name + ".json": [event("sqs:SendMessage", p.name, pipe=str(p), mode="r")] for p in pipes}
    folder = write(tmp_path, waiting)

    with start(plugin, folder, "--jobs", "2", "--rule", "waits", start_new_session=True) as process:
        held = [pipe.open("wb", buffering=0) for pipe in pipes]  # once there are rules that wait for it
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)

    assert (process.returncode, out, err.strip()) == (1, b"", b"Aborted!")
    for pipe in held:
        with pytest.raises(BrokenPipeError):
            pipe.write(b"nobody is there")
        pipe.close()


def test_interrupt_is_left_to_the_process_that_started_the_others(tmp_path: Path) -> None:
    """From their first moment on, when there is nothing of trailguard in them yet."""
    code = "import os, signal, sys\nif '--multiprocessing-fork' in sys.orig_argv:\n"
    code += "    os.kill(os.getpid(), signal.SIGINT)\n"
    (tmp_path / "sitecustomize.py").write_text(code, "utf-8")
    write(tmp_path, {f"{n}.json": [attached(str(n))] for n in range(3)})

    status, out, err = run(tmp_path, tmp_path, "--jobs", "2", "--rule", ONLY)

    assert (status, err) == (0, "")
    assert f"{ONLY}, 3 verdicts" in out


# The command


def test_plugins_that_are_left_out_are_told_once(tmp_path: Path) -> None:
    metadata = tmp_path / "acme_broken-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-broken\nVersion: 1.0\n", "utf-8")
    (metadata / "entry_points.txt").write_text("[trailguard]\nacme = acme_broken\n", "utf-8")
    (tmp_path / "acme_broken.py").write_text("raise ValueError('broken')\n", "utf-8")
    folder = tmp_path / "logs"
    folder.mkdir()
    write(folder, {f"{n}.json": [attached(str(n))] for n in range(3)})
    settings = b'plugins.on_error = "skip"\n'

    status, out, err = run(
        tmp_path, folder, "--jobs", "2", "--rule", ONLY, "--settings", "/dev/stdin", stdin=settings
    )

    assert (status, len(err.splitlines()), err.count("ValueError: broken")) == (2, 1, 1)
    assert f"{ONLY}, 3 verdicts" in out
    assert "1 failure: 1 by plugins" in out


def test_as_many_as_there_are_processors(tmp_path: Path) -> None:
    path = write(tmp_path, {"a.json": [attached("1")]}) / "a.json"

    result = CliRunner().invoke(cli, ["scan", str(path), "--jobs", "auto", "--rule", ONLY])

    assert result.exit_code == 0
    assert cpus() >= 1


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "many", ""])
def test_number_that_is_none(tmp_path: Path, number: str) -> None:
    result = CliRunner().invoke(cli, ["scan", str(tmp_path), "--jobs", number])

    assert (result.exit_code, result.stdout) == (2, "")
    assert f"'--jobs': {number!r} is neither a number from 1 to 9999 nor 'auto'" in " ".join(
        result.stderr.split()
    )
