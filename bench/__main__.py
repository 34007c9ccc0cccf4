"""``make bench``: how fast trailguard is, as ratios that hold on other machines.

    python bench [--only GROUP ...] [--rounds N] [--records N] [--json FILE]

Prints one table, figure by figure. Once everything is measured, it is in ``bench/results.json``.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import tempfile
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from figures import Figure, in_turns, ratio
from inputs import RECORDS, Inputs
from judging import LIBRARIES, contents, using
from tables import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["main"]

RESULTS = Path(__file__).parent / "results.json"
ROUNDS = 7
GROUPS = ("scan", "json_lines", "match_rate", "rules", "snapshot", "warm", "cold", "memory", "cores", "peers")
"""The modules that measure, in the order of the table."""

NOISE = "noise"
LINE = "{:<10} {:<42} {:>8} {:<14} {:<28} {:>7} {:<6} {}"


def main() -> None:
    """Measure, print and write what was asked for."""
    arguments = _arguments()
    print(LINE.format("group", "what", "figure", "  spread", "to", "bar", "", "note"))
    usual = using(LIBRARIES["zlib"])  # as others inflate, but for the rows that say otherwise
    with usual, tempfile.TemporaryDirectory(prefix="trailguard-bench-") as folder:
        inputs = Inputs.make(Path(folder), arguments.records)
        found = []
        for figure in _measured(inputs, arguments.only, arguments.rounds):
            print(_line(figure), flush=True)
            found.append(figure)
    file = arguments.json or (RESULTS if tuple(arguments.only) == GROUPS else None)
    if file:
        text = json.dumps(_results(found, inputs, arguments), indent=2, ensure_ascii=False)
        file.write_text(text + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python bench", description=__doc__.partition("\n")[0])
    add = parser.add_argument
    add("--only", nargs="+", choices=GROUPS, default=GROUPS, metavar="GROUP", help=", ".join(GROUPS))
    add("--rounds", type=_positive, default=ROUNDS, help="how often each work is timed")
    add("--records", type=_positive, default=RECORDS, help="how many records the large inputs have")
    add("--json", type=Path, help="where to write the figures; bench/results.json, if all are measured")
    return parser.parse_args()


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number


def _measured(inputs: Inputs, groups: Iterable[str], rounds: int) -> Iterator[Figure]:
    """Measure the machine, and then one group after the other."""
    yield _noise(inputs, rounds)
    for group in groups:
        yield from import_module(group).figures(inputs, rounds)


def _noise(inputs: Inputs, rounds: int) -> Figure:
    """Time one and the same work against itself: how far other figures may be off for no reason."""
    text = gzip.decompress(contents(inputs.ten)[0])
    times = in_turns(rounds, {"once": lambda: json.loads(text), "again": lambda: json.loads(text)})
    return Figure(NOISE, "json.loads of one file", ratio(times["again"], times["once"]), to="itself")


def _line(figure: Figure) -> str:
    value, unit = figure.value, figure.unit
    bar = "" if figure.bar is None else f"{'<=' if figure.better == 'less' else '>='} {number(figure.bar)}"
    met = {None: "", True: "met", False: "MISSED"}[figure.is_met]
    spread = f"  {number(value.low)}..{number(value.high)}"
    told = f"{number(value.median)} {unit:<2}"
    return LINE.format(figure.group, figure.name, told, spread, figure.to, bar, met, figure.note).rstrip()


def _results(found: list[Figure], inputs: Inputs, arguments: argparse.Namespace) -> dict[str, Any]:
    """Tell the figures, with what has to be known of how they came about."""
    noise, *others = found
    packages = ("trailguard", "msgspec", "pydantic")
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "machine": {"cpus": os.cpu_count(), "platform": f"{platform.system()} {platform.machine()}"},
        "versions": {package: version(package) for package in packages},
        "inflate": [*LIBRARIES],
        "real_sample": inputs.is_real,
        "records": arguments.records,
        "rounds": arguments.rounds,
        "noise": _rounded(noise)["value"],
        "figures": [_rounded(figure) for figure in others],
    }


def _rounded(figure: Figure) -> dict[str, Any]:
    value = {name: float(f"{number:.4g}") for name, number in asdict(figure.value).items()}
    return asdict(figure) | {"value": value, "is_met": figure.is_met}


if __name__ == "__main__":
    main()
