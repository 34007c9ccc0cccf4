"""``trailguard scan``: judge log files on this machine."""

from __future__ import annotations

import sys
import time
from functools import partial
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from trailguard.cli.guards import make_guard
from trailguard.cli.text import report, some, summary
from trailguard.guard import Guard
from trailguard.message import to_json
from trailguard.parallel import Workers, cpus
from trailguard.report import Counts
from trailguard.sources import Source, find
from trailguard.verdict import Severity, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailguard.errors import ReadError
    from trailguard.report import Notice

__all__ = ["scan"]

_SEVERITY = click.Choice([severity.value for severity in Severity], case_sensitive=False)

_DIGITS = 4

DONE, VIOLATIONS, INCOMPLETE = 0, 1, 2


def _number(_context: click.Context, _option: click.Parameter, value: str) -> int:
    """Read how many processes are asked for."""
    if value == "auto":
        return cpus()
    if not value.isdecimal() or len(value) > _DIGITS or int(value) < 1:
        raise click.BadParameter(f"{value[:_DIGITS]!r} is neither a number from 1 to 9999 nor 'auto'.")
    return int(value)


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path())
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
@click.option(
    "--rule", "only", metavar="ID", multiple=True, help="Judge by this rule alone; may be repeated."
)
@click.option("--min-severity", type=_SEVERITY, help="Leave out verdicts below this severity.")
@click.option("--fail-on", type=_SEVERITY, help="Exit with 1 when a verdict is at least this severe.")
@click.option("--settings", type=click.Path(), help="Settings file [default: $TRAILGUARD_SETTINGS].")
@click.option(
    "--jobs",
    metavar="N|auto",
    callback=_number,
    default="1",
    show_default=True,
    help="Judge N files at once, each in a process of its own; auto: as many as there are processors.",
)
def scan(  # noqa: PLR0913, PLR0917  # one for each option
    paths: tuple[str, ...],
    form: str,
    only: tuple[str, ...],
    min_severity: str | None,
    fail_on: str | None,
    settings: str | None,
    jobs: int,
) -> None:
    """Judge CloudTrail logs and AWS Config snapshots: files, folders, or - for standard input.

    Takes log files as CloudTrail delivers them, snapshot and history files as AWS Config does, single records
    and items, JSON Lines, and what a Lambda function may be invoked with, saved to a file; gzipped or not.
    What such an event only names is fetched: files in S3, and items that were too large for a message.

    Exit status: 0 when done; 1 only with --fail-on; 2 when some input could not be read or decoded, a rule
    failed, or plugins are left out (everything else is judged all the same).
    """
    guard = make_guard(settings, only or None)
    started = time.perf_counter()
    counts = Counts()
    worst: Severity | None = None
    kept: list[Notice] = []
    in_workers = partial(Guard.from_settings, guard.settings, notifiers=(), only=only or None)
    with Workers(in_workers, jobs) as workers:
        for notice in _scan(guard, workers, list(find(paths)), counts):
            if isinstance(notice, Verdict):
                if min_severity and notice.severity < Severity(min_severity):
                    if notice.suppressed:
                        counts.suppressed -= 1
                    else:
                        counts.verdicts[notice.severity] -= 1
                    continue
                if not notice.suppressed:
                    worst = max(worst or notice.severity, notice.severity)
            if form == "jsonl":
                click.echo(to_json(notice).encode())  # in UTF-8, whatever the terminal speaks
            else:
                kept.append(notice)
    taken = time.perf_counter() - started
    if form == "text":
        report(Console(highlight=False, soft_wrap=True), kept)
    summary(Console(highlight=False, soft_wrap=True, stderr=form == "jsonl"), counts, taken)
    if not counts.complete:
        sys.exit(INCOMPLETE)
    sys.exit(VIOLATIONS if fail_on and worst and worst >= Severity(fail_on) else DONE)


def _scan(
    guard: Guard, workers: Workers, sources: list[Source | ReadError], counts: Counts
) -> Iterator[Notice]:
    """Scan, with a progress bar if there is a terminal to show it on."""
    terminal = Console(stderr=True)
    judged = workers.judged(sources)
    if not terminal.is_terminal:
        yield from guard.scan(judged, counts)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=terminal, transient=True) as progress:
        task = progress.add_task(some(len(sources), "file"), total=_size(sources) or None)
        yield from guard.scan(judged, counts, lambda size: progress.advance(task, size))


def _size(sources: Iterable[Source | ReadError]) -> int:
    return sum(source.size for source in sources if isinstance(source, Source))
