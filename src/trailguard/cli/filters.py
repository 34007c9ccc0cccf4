"""``trailguard filters``: what AWS has to deliver for the rules that are on, and little else."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NoReturn

import click

from trailguard.cli.guards import make_guard
from trailguard.errors import FilterError, ReadError
from trailguard.filters.cloudtrail import event_selectors
from trailguard.filters.cloudwatch_logs import MAX_FILTERS, filter_patterns
from trailguard.filters.config import resource_types
from trailguard.filters.deployed.cloudtrail import selector_gaps
from trailguard.filters.deployed.cloudwatch_logs import filter_pattern_gaps
from trailguard.filters.deployed.config import resource_type_gaps
from trailguard.filters.deployed.eventbridge import event_pattern_gaps
from trailguard.filters.eventbridge import event_patterns, item_patterns
from trailguard.record import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trailguard.guard import Guard
    from trailguard.listeners import Listener
    from trailguard.record import Kind

__all__ = ["filters"]

DONE, TOO_NARROW, INCOMPLETE = 0, 1, 2

_settings = click.option(
    "--settings", type=click.Path(), help="Settings file [default: $TRAILGUARD_SETTINGS]."
)
_check = click.option(
    "--check",
    type=click.Path(),
    metavar="FILE",
    help="Instead of printing, tell whether the filter in a file lets all of it through: one that was printed"
    " before, or what AWS's command line prints of one; '-' for standard input.",
)

_KINDS: Final[dict[str, Kind]] = {"cloudtrail": "event", "config": "configuration item"}


@click.group()
def filters() -> None:
    """Print delivery filters that let through what the rules listen to.

    They may let through more, and never less.

    Exit status: 0; 1 when a filter that is checked is too narrow; 2 when plugins are left out, as the
    settings say, or when something is wrong.
    """


@filters.command()
@click.option("--feed", type=click.Choice([*_KINDS]), help="Whose events alone [default: of both].")
@_settings
@_check
def eventbridge(feed: str | None, settings: str | None, check: str | None) -> None:
    """Print event patterns, as a JSON list: each is for a rule on the default event bus.

    Such a rule has to be in the state ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS to see calls that read.
    """
    guard = make_guard(settings)
    listeners = [one for one in guard.engine.listeners if feed is None or _KINDS[feed] in _kinds(one)]
    if check is not None:
        _tell_gaps(guard, check, partial(event_pattern_gaps, listeners))
    _print(guard, event_patterns(listeners) + item_patterns(listeners))


@filters.command("cloudwatch-logs")
@click.option(
    "--max-filters",
    type=click.IntRange(1),
    default=MAX_FILTERS,
    show_default=True,
    help="How many subscription filters there may be on the log group.",
)
@_settings
@_check
def cloudwatch_logs(max_filters: int, settings: str | None, check: str | None) -> None:
    """Print subscription filter patterns, as a JSON list of texts.

    What does not fit into so many comes through more widely; standard error tells what.
    """
    guard = make_guard(settings)
    listeners = guard.engine.listeners
    if check is not None:
        _tell_gaps(guard, check, partial(filter_pattern_gaps, listeners))
    found = filter_patterns(listeners, max_filters)
    for told in found.widened:
        click.echo(f"trailguard: widened: {printable(told)}", err=True)
    _print(guard, found.patterns)


@filters.command()
@_settings
@_check
def config(settings: str | None, check: str | None) -> None:
    """Print the resource types that AWS Config has to record, as a JSON list."""
    guard = make_guard(settings)
    listeners = guard.engine.listeners
    if check is not None:
        _tell_gaps(guard, check, partial(resource_type_gaps, listeners))
    _print(guard, resource_types(listeners))


@filters.command()
@_settings
@_check
def cloudtrail(settings: str | None, check: str | None) -> None:
    """Print the advanced event selectors that a trail needs, as a JSON list."""
    guard = make_guard(settings)
    listeners = guard.engine.listeners
    if check is not None:
        _tell_gaps(guard, check, partial(selector_gaps, listeners))
    _print(guard, event_selectors(listeners))


def _kinds(listener: Listener) -> set[Kind]:
    return {match.kind for match in listener.matches}


def _print(guard: Guard, compiled: Sequence[object]) -> NoReturn:
    click.echo(json.dumps(compiled, indent=2))
    sys.exit(INCOMPLETE if guard.problems else DONE)


def _tell_gaps(guard: Guard, file: str, gaps: Callable[[str, str], list[str]]) -> NoReturn:
    try:
        found = gaps(_read(file), file)
    except RecursionError:
        raise FilterError(f"{file}: nested too deeply") from None
    for gap in found:
        click.echo(printable(gap))
    told = (
        f"keeps back what is listed: {len(found)}" if found else "lets through all that the rules listen to"
    )
    click.echo(f"trailguard: {printable(file)} {told}", err=True)
    sys.exit(TOO_NARROW if found else INCOMPLETE if guard.problems else DONE)


def _read(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise ReadError(file, error.strerror or str(error)) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FilterError(f"{file}: not text: {error}") from error
