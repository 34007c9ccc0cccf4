"""What people would take instead, at the same work on the same files: how many times faster trailguard is.

Each peer has a process of its own that stays, in ``.venv-peers`` where it needs packages, and so has
trailguard; they are told to work in turns, and each times itself. What they find is compared first. What is
no work on the files (importing, connecting, compiling rules) counts for none that stays: jq starts anew.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from figures import Figure, Range, times_faster
from trailguard.rules.network.ec2_blocked_action import Params

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from inputs import Inputs

__all__ = ["figures"]

WORKERS = Path(__file__).parent / "peers"
ENVIRONMENT = Path(__file__).parent.parent / ".venv-peers"
NAMES = " ".join(action.removeprefix("ec2:") for action in Params().actions)

BAR = 20
"""How many times faster trailguard is to be than an engine that calls a hundred detections in a loop."""

DUCKDB = "log files alone, no deliveries; one broken record stops the query, or its file is dropped unsaid"
JQ = "log files alone, no deliveries; one broken record ends the stream: no later file is judged"
LOOP = "no verdicts, no deliveries; one broken record loses its file, one detection that raises loses all"
PANTHER = "its caller gunzips, loads, unwraps deliveries; one broken record loses its file"


class Command(NamedTuple):
    """How a worker is started, but for the files."""

    script: str
    argument: str = ""
    own: bool = False

    @property
    def is_there(self) -> bool:
        """Whether what it needs is installed here."""
        if self.script == "worker_jq.py":
            return bool(shutil.which("jq") and shutil.which("gunzip"))
        return not self.own or (ENVIRONMENT / "ready").exists()

    @property
    def name(self) -> str:
        """What it is called here."""
        return self.script.removeprefix("worker_").removesuffix(".py")

    def line(self, files: Sequence[Path]) -> list[str]:
        """Return the command line."""
        python = str(ENVIRONMENT / "bin" / "python") if self.own else sys.executable
        given = [self.argument] if self.argument else []
        return [python, str(WORKERS / self.script), *given, *map(str, files)]


class Turn(NamedTuple):
    """What a worker told."""

    seconds: float
    found: list[str]


@dataclass(frozen=True)
class Row:
    """One comparison.

    Attributes:
        name: what was measured.
        work: ours, as ``worker_trailguard.py`` calls it.
        peer: the other's.
        note: what the peer does not do.
        bar: how many times faster we must be.
    """

    name: str
    work: str
    peer: Command
    note: str
    bar: float | None = None

    @property
    def ours(self) -> Command:
        """How our worker is started."""
        return Command("worker_trailguard.py", self.work)


_DUCKDB = Command("worker_duckdb.py", NAMES, own=True)
_JQ = Command("worker_jq.py", NAMES)
_LOOP = Command("worker_loop.py")
_PANTHER = Command("worker_panther.py", own=True)

_BLOCKED = (
    Row("blocked actions", "blocked", _DUCKDB, DUCKDB),
    Row(
        "blocked actions and all other rules", "built-in", _DUCKDB, "DuckDB judges the blocked actions alone"
    ),
    Row("blocked actions", "blocked", _JQ, JQ),
    Row("blocked actions and all other rules", "built-in", _JQ, "jq judges the blocked actions alone"),
    Row(
        "blocked actions, by `trailguard scan`",
        "command",
        _JQ,
        "with the start of trailguard, which takes most of the time",
    ),
)
_DETECTIONS = (
    Row("100 detections", "detections", _PANTHER, PANTHER, BAR),
    Row("100 detections", "detections", _LOOP, LOOP, BAR),
)


def figures(inputs: Inputs, rounds: int) -> Iterator[Figure]:
    """Compare with those peers that are installed.

    Args:
        inputs: whose ten larger files are judged; two of them where an engine takes long.
        rounds: how often each works.
    """
    yield from _compared(_BLOCKED, inputs.ten, rounds)
    yield from _compared(_DETECTIONS, inputs.ten[:2], rounds)


def _compared(rows: Sequence[Row], files: Sequence[Path], rounds: int) -> Iterator[Figure]:
    with ExitStack() as stack:
        workers: dict[Command, Worker] = {}
        for command in dict.fromkeys(command for row in rows for command in (row.peer, row.ours)):
            try:
                if command.is_there:
                    worker = stack.enter_context(Worker(command.line(files)))
                    worker.go()  # nobody counts the first time
                    workers[command] = worker
                else:
                    print(f"peers: {command.name} is not installed here")
            except (RuntimeError, OSError) as error:
                print(f"peers: {command.name} does not work here: {error}")
        rows = [row for row in rows if row.peer in workers and row.ours in workers]
        turns = _in_turns(workers, rounds)
    for row in rows:
        yield _figure(row, workers[row.peer].name, turns[row.ours], turns[row.peer])


def _in_turns(workers: Mapping[Command, Worker], rounds: int) -> dict[Command, list[Turn]]:
    """Let them work in turns, each once a round."""
    turns: dict[Command, list[Turn]] = {command: [] for command in workers}
    for _ in range(rounds):
        for command, worker in workers.items():
            turns[command].append(worker.go())
    return turns


def _figure(row: Row, peer: str, ours: Sequence[Turn], theirs: Sequence[Turn]) -> Figure:
    """Say how they compare; that they do not, if they found different things."""
    value, note = times_faster([turn.seconds for turn in ours], [turn.seconds for turn in theirs]), row.note
    if any(one.found != other.found for one, other in zip(ours, theirs, strict=True)):
        value = Range(0, 0, 0)
        note = f"NO COMPARISON: ours finds {len(ours[0].found)}, it {len(theirs[0].found)}, not the same"
    return Figure("peers", row.name, value, to=peer, bar=row.bar, better="more", note=note)


class Worker:
    """A process that works whenever it is told to.

    Attributes:
        name: who it says it is.

    Raises:
        RuntimeError: when it ends before it was told to; it has said why on standard error.
    """

    def __init__(self, line: Sequence[str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603  # our own scripts
            line, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.name = self._read()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._process.communicate()  # closes what it reads, which ends it

    def go(self) -> Turn:
        """Have it do its work once."""
        assert self._process.stdin
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        return Turn(**json.loads(self._read()))

    def _read(self) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args!r} ended with {self._process.wait()}")
        return line.strip()
