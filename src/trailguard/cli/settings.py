"""``trailguard settings``: whether settings are right, and what they come to."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from rich.console import Console
from rich.text import Text

from trailguard.cli.text import some
from trailguard.effective import DEFAULT, Value, effective
from trailguard.engine import Engine
from trailguard.errors import SettingsError, TrailguardError
from trailguard.guard import Guard
from trailguard.plugins import gather
from trailguard.record import printable
from trailguard.report import Counts
from trailguard.settings import load_settings
from trailguard.settings_check import idle_exceptions, misfits
from trailguard.settings_file import FILE_NAME, find_settings
from trailguard.sources import find
from trailguard.suppression import Suppressions
from trailguard.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailguard.plugins import Catalogue
    from trailguard.settings import Settings

__all__ = ["settings"]

RIGHT, WRONG, INCOMPLETE = 0, 1, 2

_SHOWN: Final = 5
"""How many elements of an array are shown as text."""

_FILE = click.option(
    "--settings", "file", type=click.Path(), help="Settings file [default: $TRAILGUARD_SETTINGS]."
)


@click.group()
def settings() -> None:
    """Check settings, or show what they come to."""


@settings.command()
@_FILE
@click.option(
    "--against", metavar="PATH...", multiple=True, help="Judge logs; tell exceptions that cover nothing."
)
@click.argument("more", metavar="", nargs=-1)
def check(file: str | None, against: tuple[str, ...], more: tuple[str, ...]) -> None:
    """Tell what is wrong with settings, all of it, a line for each. Needs no AWS account and no network.

    Looks at the file, at environment variables that begin with TRAILGUARD__, and at what the settings name:
    rules, their parameters, notifiers, and exceptions that have expired or fit no rule.

    Exit status: 0 when nothing is wrong; 1 when something is; 2 when the file or a log could not be read.
    """
    if more and not against:
        raise click.UsageError(f"what is {more[0]!r} for? Name the settings by --settings, logs by --against")
    _say_what_does_not_count(file)
    try:
        chosen = load_settings(file)
    except SettingsError as error:
        click.echo(_printable(error))
        sys.exit(INCOMPLETE if isinstance(error.__cause__, OSError) else WRONG)
    catalogue = gather(skip=True)
    today = datetime.now(UTC).date()
    problems: list[TrailguardError] = [*catalogue.problems, *misfits(chosen, catalogue, today)]
    guard = _guard(chosen, catalogue, problems)
    counts = Counts()
    if against and guard is None:
        click.echo("trailguard: no log is judged: the rules cannot be made by these settings", err=True)
    elif guard and against:
        problems += idle_exceptions(chosen, _hits(guard, chosen, [*against, *more], counts, today))
    for problem in problems:
        click.echo(_printable(problem))
    if guard and not problems:
        click.echo(f"{find_settings(file) or 'no settings file'}: nothing wrong: {_counted(guard, chosen)}")
    sys.exit(INCOMPLETE if not counts.complete else WRONG if problems else RIGHT)


@settings.command()
@_FILE
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def show(file: str | None, form: str) -> None:
    """Show every setting, its value and where that comes from. Secrets are shown as what they are read from.

    Exit status: 0 when done; 2 when something is wrong, or plugins are left out.
    """
    _say_what_does_not_count(file)
    chosen = load_settings(file)
    catalogue = gather(skip=chosen.plugins.on_error == "skip")
    values = list(effective(chosen, catalogue.rules))
    if form == "json":
        click.echo(json.dumps([one._asdict() for one in values], indent=2, default=str))
    else:
        console = Console(highlight=False, soft_wrap=True)
        for one in values:
            console.print(_line(one))
    for problem in catalogue.problems:
        click.echo(f"trailguard: left out: {printable(problem)}", err=True)
    sys.exit(INCOMPLETE if catalogue.problems else RIGHT)


def _say_what_does_not_count(file: str | None) -> None:
    """Whoever has a file in this folder may think that it is the one."""
    if find_settings(file) is None and Path(FILE_NAME).is_file():
        click.echo(
            f"trailguard: {FILE_NAME} in this folder does not count unless it is named:"
            f" --settings {FILE_NAME}",
            err=True,
        )


def _guard(chosen: Settings, catalogue: Catalogue, problems: list[TrailguardError]) -> Guard | None:
    """Make the guard that judges without exceptions. Say what is wrong, if nothing is known to be yet."""
    chosen = chosen.model_copy(update={"exceptions": ()})
    try:
        return Guard(Engine(catalogue.rules, chosen), settings=chosen)
    except TrailguardError as error:
        if not problems:
            problems.append(error)
        return None


def _hits(guard: Guard, chosen: Settings, paths: Iterable[str], counts: Counts, today: date) -> set[int]:
    """Return which exceptions cover something in logs."""
    suppressions = Suppressions(chosen.exceptions)
    for notice in guard.scan(list(find(paths)), counts):
        if isinstance(notice, Verdict):
            suppressions.apply(notice, today)
        else:
            click.echo(f"trailguard: {printable(notice.origin)}: {printable(notice.error)}", err=True)
    return set(suppressions.hits)


def _counted(guard: Guard, chosen: Settings) -> str:
    parts = [
        f"{some(len(guard.engine.rules), 'rule')} on",
        some(len(chosen.notifiers), "notifier"),
        some(len(chosen.exceptions), "exception"),
    ]
    return ", ".join(parts)


def _printable(error: TrailguardError) -> str:
    """Return an error's lines, in each of which what is not printable is spelled out."""
    return "\n".join(map(printable, str(error).split("\n")))


def _line(one: Value) -> Text:
    style = "dim" if one.origin == DEFAULT else ""
    return Text.assemble(
        (printable(one.key), style or "bold"),
        (f" = {printable(_toml(one.value))}", style),
        (f"  # {printable(one.origin)}", "dim"),
    )


def _toml(value: Any) -> str:  # noqa: ANN401  # whatever a setting is
    """Write a value as TOML does, but for long arrays, and for what is not set."""
    match value:
        case None:
            text = "(not set)"
        case str():
            text = json.dumps(value, ensure_ascii=False)
        case bool():
            text = str(value).lower()
        case list():
            shown = [_toml(one) for one in value[:_SHOWN]]
            more = [f"and {len(value) - _SHOWN} more"] if len(value) > _SHOWN else []
            text = f"[{', '.join(shown + more)}]"
        case dict() if value:
            text = "{ " + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + " }"
        case _:
            text = str(value)
    return text
