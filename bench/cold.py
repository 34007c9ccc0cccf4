"""How long a cold start takes: a fresh interpreter up to the first verdict, as Lambda starts one.

Each is a process of its own, timed from outside: what the interpreter itself takes to start is in every
figure. What it takes to end is in none, since a function does not end after its first event. Modules are
compiled already, as they are in a package that was built with its ``.pyc`` files.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from functools import partial
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import processes
import traffic
import trailguard
from figures import Figure, Range, in_turns, ratio
from trailguard import Engine, Guard
from trailguard.message import VERDICT_SCHEMA
from trailguard.rules import BUILTIN_RULES
from trailguard.testing import cloudtrail_event, cloudwatch_logs_event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from inputs import Inputs

__all__ = ["figures"]

GROUP = "cold"
EVENTS = 50
ROUNDS_EACH = 3
"""Processes start quickly, and unevenly: so many rounds are made of each that is asked for."""

BAR = 2.5
MEGABYTE = 1_000_000
PACKAGE_BAR = 10.0
IN_THE_RUNTIME = frozenset({"boto3"})

JUDGE = """
import json, sys
event = json.load(open(sys.argv[1]))
from trailguard import Guard
guard = Guard.from_settings(notifiers=())
report = guard.judge(event)
print(len(report.verdicts))
"""

HANDLE = """
import json, sys
event = json.load(open(sys.argv[1]))
from trailguard import Guard
guard = Guard.from_settings()
guard.handle(event)
"""

PYDANTIC = "import pydantic"
MODEL = """
from pydantic import BaseModel

class Model(BaseModel):
    name: str
"""
BOTO3 = "import boto3"

AT_ONCE = """
import os, sys
sys.stdout.flush()
os._exit(0)
"""
"""How the processes end."""

METADATA = "importlib.metadata"
IMPORT: Final = re.compile(r"import time: +(\d+) \| +\d+ \|( +)(\S+)")
LARGEST = 5


def figures(inputs: Inputs, rounds: int) -> Iterator[Figure]:
    """Measure starts, then what of them importing is, and how large what is imported is."""
    payload = inputs.folder / "cold.json"
    verdicts = _write(payload)
    yield from _starts(payload, verdicts, rounds * ROUNDS_EACH)
    yield from _imports(payload, rounds)
    yield from _package()


def _write(payload: Path) -> int:
    """Write what CloudWatch Logs delivers, with one violating event; return how many verdicts it comes to."""
    guard = Guard(Engine(BUILTIN_RULES))
    quiet = (record for record in traffic.records(10 * EVENTS) if not guard.judge(record).verdicts)
    request = {"internetGatewayId": "igw-0123EXAMPLE", "vpcId": "vpc-0123EXAMPLE"}
    violating = cloudtrail_event("ec2:AttachInternetGateway", request=request).raw
    event = cloudwatch_logs_event(map(json.dumps, [*islice(quiet, EVENTS - 1), violating]))
    payload.write_text(json.dumps(event), encoding="utf-8")
    verdicts = len(guard.judge(violating).verdicts)
    assert verdicts, "the violating event is none"
    return verdicts


def _starts(payload: Path, verdicts: int, rounds: int) -> Iterator[Figure]:
    works: dict[str, Callable[[], object]] = {
        "judge": partial(_judge, payload, verdicts),
        "handle": partial(_handle, payload, verdicts),
        "pydantic": partial(_run, PYDANTIC),
        "model": partial(_run, MODEL),
        "boto3": partial(_run, BOTO3),
    }
    times = in_turns(rounds, works)
    judged, handled = f"judge {EVENTS} events", f"handle {EVENTS} events"
    for work, name, other, to, bar in (
        ("judge", judged, "pydantic", PYDANTIC, BAR),
        ("judge", judged, "model", "pydantic and one model", None),
        ("judge", judged, "boto3", BOTO3, None),
        ("handle", handled, "pydantic", PYDANTIC, None),
        ("handle", handled, "boto3", BOTO3, None),
    ):
        yield Figure(GROUP, name, ratio(times[work], times[other]), to=to, bar=bar)


def _run(program: str, *arguments: Path) -> bytes:
    """Run a program; return what it printed."""
    return processes.run("-c", program + AT_ONCE, *arguments).out


def _judge(payload: Path, verdicts: int) -> None:
    printed = _run(JUDGE, payload)
    assert int(printed) == verdicts, f"{verdicts} verdicts expected: {printed!r}"


def _handle(payload: Path, verdicts: int) -> None:
    printed = _run(HANDLE, payload).splitlines()
    told = [json.loads(line)["schema"] for line in printed]
    assert told == [VERDICT_SCHEMA] * verdicts, f"{verdicts} verdicts expected: {printed!r}"


def _imports(payload: Path, rounds: int) -> Iterator[Figure]:
    """Say whose modules the time of importing goes to: it is most of a cold start."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        times = _import_times(processes.run("-X", "importtime", "-c", JUDGE, payload).err.decode())
        for package, time in times.items():
            found[package].append(time / times.total() * 100)
    shares = sorted(
        ((package, Range.of(values)) for package, values in found.items()), key=lambda s: -s[1].median
    )
    for package, share in shares[:LARGEST]:
        yield Figure(GROUP, f"importing {package}", share, "%", to="the time of all imports")


def _import_times(told: str) -> Counter[str]:
    """Sum up by package what ``-X importtime`` tells: a module after those that it imports."""
    times = Counter[str]()
    depth: int | None = None  # of importlib.metadata, from there up to what is not imported by it
    for line in reversed(told.splitlines()):
        if not (match := IMPORT.match(line)):
            continue
        time, indentation, module = int(match[1]), len(match[2]), match[3]
        if depth is None or indentation <= depth:
            depth = indentation if module == METADATA else None
        times[METADATA if depth is not None else _package_of(module)] += time
    return times


def _package_of(module: str) -> str:
    package = module.partition(".")[0]
    return "the rest of Python" if package in sys.stdlib_module_names else package


def _package() -> Iterator[Figure]:
    """Say how large what is put into a function's package is: trailguard, and what it requires."""
    sizes = {name: _size(name) for name in sorted(_required("trailguard"))}
    own = sizes["trailguard"] / MEGABYTE
    whole = sum(sizes.values()) / MEGABYTE
    others = sorted(sizes, key=lambda name: -sizes[name])[:3]
    note = ", ".join(f"{name} {sizes[name] / MEGABYTE:.1f}" for name in others)
    to = "without boto3 and .pyc files"
    yield Figure(GROUP, "package, unzipped", Range.of([whole]), "MB", to=to, bar=PACKAGE_BAR, note=note)
    yield Figure(GROUP, "trailguard's own share of it", Range.of([own]), "MB", to=to)


def _required(name: str) -> set[str]:
    """Return a distribution, with all that it requires and the runtime does not have."""
    found: set[str] = set()
    left = [name]
    while left:
        name = left.pop()
        if name in found | IN_THE_RUNTIME:
            continue
        try:
            requirements = distribution(name).requires or []
        except PackageNotFoundError:  # for other versions of Python, or other systems
            continue
        found.add(name)
        left += [re.split(r"[^\w.-]", one, maxsplit=1)[0] for one in requirements if "extra ==" not in one]
    return found


def _size(name: str) -> int:
    """Return how many bytes an installed distribution has."""
    return sum(file.stat().st_size for file in _files(distribution(name)) if file.suffix != ".pyc")


def _files(installed: Distribution) -> Iterator[Path]:
    if installed.name == "trailguard":  # it may be installed to be edited, and know nothing of its files
        yield from (file for file in Path(trailguard.__file__).parent.rglob("*") if file.is_file())
        return
    for file in installed.files or []:
        if not {"..", "tests"} & set(file.parts):  # commands, and what nobody imports
            yield Path(str(file.locate()))
