"""``trailguard explain``: what each rule makes of one event, and why."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Final

import click
from rich.console import Console
from rich.text import Text

from trailguard.cli.guards import make_guard
from trailguard.cli.text import STYLES, some
from trailguard.decode import decode
from trailguard.errors import DecodingError, ReadError
from trailguard.explain import Explanation, Fate, event_of, name_of
from trailguard.explain import explain as explained
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.models.config import ConfigurationItem
from trailguard.record import (
    Batch,
    DecodeFailure,
    Ignored,
    ObjectRef,
    Origin,
    OversizedItem,
    Record,
    printable,
)
from trailguard.sources import find
from trailguard.suppression import Suppressions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailguard._rule import Event
    from trailguard.guard import Guard
    from trailguard.settings import Settings

__all__ = ["explain"]

INCOMPLETE: Final = 2

Item = Record | Ignored | DecodeFailure | ObjectRef | OversizedItem

_ORDER: Final[tuple[Fate, ...]] = ("violated", "failed", "complied", "refused", "not named")
_HEADINGS: Final[dict[Fate, tuple[str, str]]] = {
    "violated": (" VIOLATED ", "bold white on red"),
    "complied": (" COMPLIED ", "bold white on green"),
    "failed": (" FAILED ", "bold white on magenta"),
}


@click.command()
@click.argument("path", metavar="EVENT.json", type=click.Path())
@click.option("--rule", "only", metavar="ID", multiple=True, help="Explain this rule alone; may be repeated.")
@click.option("--settings", type=click.Path(), help="Settings file [default: $TRAILGUARD_SETTINGS].")
def explain(path: str, only: tuple[str, ...], settings: str | None) -> None:
    """Say of each rule whether it listens to an event, what it reads and what it finds.

    Takes a file, or - for standard input, with whatever trailguard scan takes. Of several events in one file,
    the rules that do not listen are only counted, unless they are named by --rule.

    Exit status: 0 when done; 2 when there is something that is no event.
    """
    guard = make_guard(settings, only or None)
    console = Console(highlight=False, soft_wrap=True)
    items = list(_items(path))
    events = [_event(item) for item in items]
    is_brief = len(items) > 1 and not only
    for item, event in zip(items, events, strict=True):
        place = item.origin if isinstance(item, Ignored | DecodeFailure) else item.place
        if isinstance(event, str):
            lines: Iterable[Text] = [_heading(event, place)]
        else:
            heading = f"{name_of(event)}{_by_and_when(event)}"
            told = _told(
                [explained(listener, event) for listener in guard.engine.listeners], is_brief=is_brief
            )
            lines = [_heading(heading, place), *told, *_suppressed(guard, item)]
        for line in lines:
            console.print(line)
        console.print()
    for rule_id in _off(guard.settings, only):
        console.print(Text.assemble((rule_id, "bold"), f" is off by {guard.settings.source}"))
    undecoded = any(
        isinstance(event, str) and not isinstance(item, Ignored)
        for item, event in zip(items, events, strict=True)
    )
    sys.exit(INCOMPLETE if undecoded or not items else 0)


def _items(path: str) -> Iterator[Item]:
    """Yield the records of a file one by one, and what became of all else in it."""
    for source in find([path]):
        if isinstance(source, ReadError):
            raise source
        for item in decode(b"".join(source.chunks()), Origin.at(source.name)):
            yield from item.records() if isinstance(item, Batch) else [item]


def _event(item: Item) -> Event | str:
    """Return an item's event, or why there is none."""
    match item:
        case Record():
            try:
                return event_of(item)
            except (DecodingError, ValueError, RecursionError) as error:
                return f"no event: {error}"
        case Ignored():
            return f"ignored: {item.reason}"
        case DecodeFailure():
            return f"not decoded: {item.error}"
        case _:
            return "not fetched; explain an event that is whole"


def _told(explanations: list[Explanation], *, is_brief: bool) -> Iterator[Text]:
    for one in sorted(explanations, key=lambda one: (_ORDER.index(one.fate), one.rule.id)):
        if one.asked:
            yield from _asked(one)
    unasked = [one for one in explanations if one.fate == "refused" or (not one.asked and not is_brief)]
    unasked.sort(key=lambda one: (_ORDER.index(one.fate), one.why, one.rule.id))
    for why, group in groupby(unasked, key=lambda one: one.why):
        ids = ", ".join(one.rule.id for one in group)
        yield Text.assemble((" NOT ASKED ", "bold dim"), f" {ids}\n    {printable(why)}")
    unnamed = sum(one.fate == "not named" for one in explanations)
    if unnamed and is_brief:
        yield Text.assemble(
            (" NOT ASKED ", "bold dim"), f" {some(unnamed, 'rule')} listening to other things"
        )


def _asked(one: Explanation) -> Iterator[Text]:
    heading, style = _HEADINGS[one.fate]
    yield Text.assemble((heading, style), " ", (one.rule.id, "bold"))
    if one.violations and one.rule.threshold:
        yield Text(f"    counts: a violation at {one.rule.threshold.counted} within {one.rule.threshold}")
    if one.violations and one.rule.dedup:
        yield Text(f"    the first within {one.rule.dedup} is told")
    for violation in one.violations:
        severity = violation.severity or one.rule.severity
        about = f" ({printable(violation.resource)})" if violation.resource else ""
        yield Text.assemble(
            "    ", (severity.value, STYLES[severity.value]), f" {printable(violation.reason)}{about}"
        )
    for line in one.error.splitlines():
        yield Text(f"    {printable(line)}")
    for line in one.lines():
        yield Text(f"    {printable(line)}", "dim")


def _suppressed(guard: Guard, item: Item) -> Iterator[Text]:
    """Say which of the verdicts are suppressed, and by whom."""
    if not guard.settings.exceptions or not isinstance(item, Record):
        return  # to judge is to ask the rules once more
    suppressions = Suppressions(guard.settings.exceptions)
    for verdict in guard.engine.judge(item).verdicts:
        known = suppressions.apply(verdict, datetime.now(UTC).date())
        if known.suppressed and known.suppression:
            by = printable(f"  by {known.suppression.owner}: {known.suppression.reason}")
            yield Text.assemble((" SUPPRESSED ", "bold black on white"), " ", (known.rule_id, "bold"), by)


def _heading(what: str, place: str) -> Text:
    return Text.assemble((printable(what), "bold"), (f"  {place}", "dim"))


def _by_and_when(event: Event) -> str:
    match event:
        case CloudTrailEvent():
            why = event.error_code or event.error_message
            outcome = "" if event.succeeded else f", failed with {why}" if why else ", failed"
            return f" by {event.actor}, {_time(event.event_time)}{outcome}"
        case ConfigurationItem():
            return f" {event.resource}, {_time(event.capture_time)}"
        case _:
            return f", {_time(event.creation_time)}"


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else "at an unknown time"


def _off(settings: Settings, only: tuple[str, ...]) -> list[str]:
    return sorted(
        rule_id
        for rule_id in settings.rules
        if settings.of_rule(rule_id).enabled is False and (not only or rule_id in only)
    )
