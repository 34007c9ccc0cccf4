"""How long judging files takes, from gzipped bytes to verdicts, on one core.

Every built-in rule is asked, as in use; and once more a rule that listens to everything, so that each record
becomes a model. trailguard inflates by the standard library and by that of ``trailguard[fast]``; what it is
compared to, always by the standard library.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from figures import Figure, in_turns, ratio
from judging import LIBRARIES, LOADING, contents, gunzip, judge, load, using
from trailguard import CloudTrailEvent, Engine, Severity, rule
from trailguard.rules import BUILTIN_RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import ModuleType

    from inputs import Inputs

__all__ = ["figures"]

GROUP = "scan"
BAR = 0.40
BAR_IF_ALL_ARE_LISTENED_TO = 1.0


class _Data(NamedTuple):
    """Files, and what they are called in the table."""

    name: str
    files: list[bytes]
    bar: float | None


def figures(inputs: Inputs, rounds: int) -> Iterator[Figure]:
    """Compare judging to loading, and to inflating alone."""
    real = "real" if inputs.is_real else "generated"
    ten = contents(inputs.ten)
    usual, all_of_them = Engine(BUILTIN_RULES), Engine([listens_to_everything])
    yield from _compare(_Data(f"{len(ten)} {real} files", ten, BAR), usual, rounds)
    small = "real" if inputs.is_real else "sample"
    files = contents(inputs.small)
    yield from _compare(_Data(f"{len(files)} small {small} files", files, None), usual, rounds)
    if inputs.is_real:
        generated = contents(inputs.generated)
        yield from _compare(_Data(f"{len(generated)} generated files", generated, None), usual, rounds)
    every = _Data(f"{len(ten)} {real} files, all listened to", ten, BAR_IF_ALL_ARE_LISTENED_TO)
    yield from _compare(every, all_of_them, rounds)


@rule(on="*:*", outcome="any", severity=Severity.LOW, title="Anything at all")
def listens_to_everything(event: CloudTrailEvent) -> None:
    """Listen to every call, and find nothing."""


def _compare(data: _Data, engine: Engine, rounds: int) -> Iterator[Figure]:
    counts = judge(data.files, engine)
    works: dict[str, Callable[[], object]] = {
        "load": lambda: load(data.files),
        "gunzip": lambda: gunzip(data.files),
    }
    for name, library in LIBRARIES.items():
        works[name] = _judging(data.files, engine, library)
    times = in_turns(rounds, works)
    for name in LIBRARIES:
        each = sorted(times[name])[rounds // 2] / counts.seen * 1e6
        note = f"{counts.seen:,} records, {counts.judged / counts.seen:.1%} listened to, {each:.1f} us each"
        row = f"{data.name}, {name}"
        yield Figure(GROUP, row, ratio(times[name], times["load"]), to=LOADING, bar=data.bar, note=note)
        yield Figure(GROUP, row, ratio(times[name], times["gunzip"]), to="gunzip")


def _judging(files: list[bytes], engine: Engine, library: ModuleType) -> Callable[[], object]:
    def work() -> None:
        with using(library):
            judge(files, engine)

    return work
