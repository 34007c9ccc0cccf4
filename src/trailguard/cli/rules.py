"""``trailguard rules``: what there is to judge by."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.text import Text

from trailguard.cli.guards import make_guard
from trailguard.cli.text import STYLES
from trailguard.record import printable

if TYPE_CHECKING:
    from trailguard.listeners import Listener

__all__ = ["rules"]

_SHOWN = 3

DONE, INCOMPLETE = 0, 2


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--settings", type=click.Path(), help="Settings file [default: $TRAILGUARD_SETTINGS].")
def rules(form: str, settings: str | None) -> None:
    """List the rules that are on, built-in and from installed packages.

    Exit status: 0 when these are all; 2 when plugins are left out, as the settings say.
    """
    guard = make_guard(settings)
    listed = [_described(listener) for listener in guard.engine.listeners]
    if form == "json":
        json.dump(listed, sys.stdout, indent=2)
        click.echo()
    else:
        console = Console(highlight=False, soft_wrap=True)
        for one in listed:
            console.print(_line(one))
    sys.exit(INCOMPLETE if guard.problems else DONE)


def _described(listener: Listener) -> dict[str, Any]:
    rule = listener.rule
    return {
        "id": rule.id,
        "title": rule.title,
        "severity": (listener.severity or rule.severity).value,
        "on": [pattern for match in listener.matches for pattern in match.on],
        "tags": list(rule.tags),
        "references": list(rule.references),
        "package": rule.module.partition(".")[0],
    }


def _line(one: dict[str, Any]) -> Text:
    patterns = one["on"]
    on = ", ".join(patterns[:_SHOWN])
    if len(patterns) > _SHOWN:
        on += f" and {len(patterns) - _SHOWN} more"
    return Text.assemble(
        (f"{one['severity']:<10}", STYLES[one["severity"]]),
        (one["id"], "bold"),
        (f"  {one['package']}\n", "dim"),
        f"{'':10}{printable(one['title'])}\n",
        (f"{'':10}{on}", "dim"),
    )
