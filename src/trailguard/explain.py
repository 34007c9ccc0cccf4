"""Says what each rule makes of one record, and why: for people who wonder about a verdict, or miss one."""

from __future__ import annotations

import json
import traceback
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from trailguard.document import read
from trailguard.errors import DecodingError, did_you_mean
from trailguard.feeds import FEEDS, feed_of
from trailguard.match import Router
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.record import printable
from trailguard.watch import ABSENT, WATCHER, nearest, path_text, watched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailguard._rule import Event, Rule
    from trailguard.listeners import Listener
    from trailguard.match import Match
    from trailguard.record import Record
    from trailguard.verdict import Violation
    from trailguard.watch import Reads

__all__ = ["Explanation", "Fate", "event_of", "explain", "fell_off", "name_of"]

Fate = Literal["not named", "refused", "complied", "violated", "failed"]

_SHOWN: Final = 3
_WIDTH: Final = 100
_LINES: Final = 40

_whole: Final = msgspec.json.Decoder(dict[str, Any])


class Explanation(msgspec.Struct, frozen=True):
    """What a rule made of an event.

    Attributes:
        rule: the rule.
        fate: ``not named`` where the rule does not listen to what the event is about; ``refused`` where it
            does, but not to such events; else what came of asking it.
        why: the condition at which the event fell off; empty where the rule was asked.
        violations: what the rule found wrong.
        reads: what it read, as JMESPath, with what was there; `trailguard.watch.ABSENT` where nothing was.
        hints: for what was absent, where the rule may have meant to look.
        error: the traceback, where the rule failed.
    """

    rule: Rule
    fate: Fate
    why: str = ""
    violations: tuple[Violation, ...] = ()
    reads: tuple[tuple[str, Any], ...] = ()
    hints: tuple[tuple[str, str], ...] = ()
    error: str = ""

    @property
    def asked(self) -> bool:
        """Whether the rule was asked."""
        return self.fate not in {"not named", "refused"}

    def lines(self) -> Iterator[str]:
        """Yield, line by line, what it read: first what was there, then what it looked for in vain."""
        near = dict(self.hints)
        width = max((len(path) for path, value in self.reads if value is not ABSENT), default=0)
        present = [(path, value) for path, value in self.reads if value is not ABSENT]
        for path, value in present[:_LINES]:
            yield f"{printable(path):{width}}  {_shortened(value)}"
        if len(present) > _LINES:
            yield f"and {len(present) - _LINES} more"
        absent = [path for path, value in self.reads if value is ABSENT and path not in near]
        for path, other in near.items():
            yield printable(f"{path} is absent; did you mean {other}?")
        if absent:
            yield printable(f"absent: {', '.join(absent)}")


def event_of(record: Record) -> Event:
    """Make a record's event, repaired if need be.

    Raises:
        DecodingError: when it is none.
    """
    feed = FEEDS[record.kind]
    raw = bytes(record.raw)
    (key,) = feed.keys([read(feed.head, raw)])
    data = read(_whole, raw)
    if not all(key):
        raise DecodingError(feed.keyless(data) or f"not {feed.noun}: it lacks {' or '.join(feed.keyed_by)}")
    return feed.event(data, record)


def name_of(event: Event) -> str:
    """Return what rules listen to an event by: its action, or the type of the resource."""
    return event.action if isinstance(event, CloudTrailEvent) else feed_of(event).about(event).name


def explain(listener: Listener, event: Event) -> Explanation:
    """Ask a rule about an event as the engine would, and say what came of it.

    Args:
        listener: the rule, as the settings have it.
        event: the event, of any kind.
    """
    unasked = fell_off(listener, event)
    if unasked:
        return Explanation(listener.rule, *unasked)
    rule = listener.rule
    event, reads = watched(event)
    violations: list[Violation] = []
    fate: Fate = "complied"
    error = ""
    try:
        for violation in rule.violations(event, listener.params):
            violations.append(violation)
            fate = "violated"
    except Exception as raised:  # noqa: BLE001  # a rule may raise anything
        fate, error = "failed", _traceback(raised, rule)
    return Explanation(
        rule,
        fate,
        violations=tuple(violations),
        reads=tuple((path_text(path), value) for path, value in reads),
        hints=tuple(_hints(reads)),
        error=error,
    )


def fell_off(listener: Listener, event: Event) -> tuple[Fate, str] | None:
    """Return at which condition an event falls off before a rule is asked, and why; None if it is asked.

    Raises:
        DecodingError: when the event is one that the engine would not read.
    """
    feed = feed_of(event)
    if not isinstance(event, listener.rule.model):
        return "not named", f"it takes a {listener.rule.model.__name__}; this is {feed.noun}"
    keyed = {field: event.raw[field] for field in feed.keyed_by if field in event.raw}
    (key,) = feed.keys([read(feed.head, json.dumps(keyed).encode())])
    routes = Router((match, match) for match in listener.matches).find(*key)
    if not routes:
        return "not named", _unnamed(listener.matches, name_of(event))
    refusals = [match.refusal(feed.facts(event.raw)) for match, _ in routes]
    told = printable("; ".join(dict.fromkeys(map(str, refusals))))
    return ("refused", told) if all(refusals) else None


def _unnamed(matches: tuple[Match, ...], name: str) -> str:
    patterns = [pattern for match in matches for pattern in match.on]
    shown = ", ".join(patterns[:_SHOWN])
    if len(patterns) > _SHOWN:
        shown += f" and {len(patterns) - _SHOWN} more"
    return f"it listens to {shown or 'nothing'}; this is {printable(name)}{did_you_mean(name, patterns, 0.8)}"


def _shortened(value: object) -> str:
    text = printable(value if isinstance(value, str) else json.dumps(value, default=str))
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"


def _hints(reads: Reads) -> Iterator[tuple[str, str]]:
    known = set(reads.visited)  # where else the rule looked, it knows of both
    for path, value in reads:
        near = nearest(reads.document, path) if value is ABSENT else None
        if near and near not in known:
            yield path_text(path), path_text(near)


def _traceback(error: Exception, rule: Rule) -> str:
    """Show the rule's own frames, and what it calls; ours are not its author's mistake."""
    frames = traceback.extract_tb(error.__traceback__)
    file = rule.check.__code__.co_filename
    first = next((n for n, frame in enumerate(frames) if frame.filename == file), len(frames))
    lines = traceback.format_list([frame for frame in frames[first:] if frame.filename != WATCHER])
    told = "".join([*lines, *traceback.format_exception_only(error)])
    return "\n".join(printable(line) for line in told.splitlines())
