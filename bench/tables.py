"""The tables of the documentation, made of ``bench/results.json``: ``python bench/tables.py`` prints them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["full", "number", "short"]

RESULTS = Path(__file__).parent / "results.json"

SHORT: Final = (
    ("Log files of 2,900 records, all built-in rules", "scan", "10 real files, zlib", "gunzip + json.loads"),
    ("The same, every record listened to", "scan", "all listened to, zlib", "gunzip + json.loads"),
    ("The first with `trailguard[fast]`", "scan", "10 real files, isal", "gunzip + json.loads"),
    ("Log files of 50 records", "scan", "55 small real files, zlib", "gunzip + json.loads"),
    ("JSON Lines", "json lines", "records", "json.loads of each line"),
    ("A thousand rules", "rules", "1,000 rules", "10 rules"),
    ("A warm function, 50 events", "warm", "50 events of CloudWatch Logs", "base64 + gunzip + json.loads"),
    ("A cold start up to the first verdict", "cold", "judge 50 events", "import boto3"),
    ("100 detections", "peers", "100 detections", "panther_core"),
    ("100 detections", "peers", "100 detections", "100 functions in a loop"),
    ("One condition on three fields", "peers", "blocked actions", "DuckDB"),
    ("One condition on three fields", "peers", "blocked actions", "gunzip | jq"),
    ("Two jobs", "cores", "scan --jobs 2", "times faster"),
    ("Five million JSON Lines", "memory", "JSON Lines", "beyond a guard that is made"),
)
"""The rows of the README: what it says there, and which figure that is."""


def short(results: dict[str, Any]) -> str:
    """Return the table of the README."""
    return _table(
        ("", "", "compared to"),
        ((label, *_cells(_figure(results, group, name, to))[:2]) for label, group, name, to in SHORT),
    )


def full(results: dict[str, Any]) -> str:
    """Return all figures."""
    heading = ("what", "figure", "to", "from … to", "bar", "")
    return _table(heading, (_all_cells(figure) for figure in results["figures"]))


def _figure(results: dict[str, Any], group: str, name: str, to: str) -> dict[str, Any]:
    found: dict[str, Any] = next(
        one
        for one in results["figures"]
        if one["group"] == group and name in one["name"] and one["to"].startswith(to)
    )
    return found


def _cells(figure: dict[str, Any]) -> tuple[str, str, str]:
    """Return a figure, what it is to, and its spread."""
    value, unit = figure["value"], f" {figure['unit']}"
    if figure["unit"] == "x":
        unit = f" times {'the time' if figure['better'] == 'less' else 'faster'}"
        if figure["better"] == "more" and value["median"] < 1:  # slower, that is
            value = {"median": 1 / value["median"], "low": 1 / value["high"], "high": 1 / value["low"]}
            unit = " times the time"
    to = figure["to"].removeprefix("times faster than ").replace("|", "\\|")
    return f"{number(value['median'])}{unit}", to, f"{number(value['low'])} … {number(value['high'])}"


def _all_cells(figure: dict[str, Any]) -> tuple[str, ...]:
    kept = {None: "", True: "met", False: "**missed**"}[figure["is_met"]]
    sign = "≤" if figure["better"] == "less" else "≥"
    bar = "" if figure["bar"] is None else f"{sign} {number(figure['bar'])}, {kept}"
    return f"{figure['group']}: {figure['name']}", *_cells(figure), bar, figure["note"]


def number(value: float) -> str:
    """Write three digits of a number, or more if it is larger."""
    decimals = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{decimals}f}"


def _table(heading: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heading = tuple(heading)
    lines: Iterator[Iterable[str]] = iter((heading, ["---"] * len(heading), *rows))
    return "\n".join(f"|{'|'.join(f' {cell} ' if cell else ' ' for cell in line)}|" for line in lines)


if __name__ == "__main__":
    measured = json.loads(RESULTS.read_text("utf-8"))
    print(short(measured), full(measured), sep="\n\n")
