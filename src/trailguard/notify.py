"""Hands verdicts and failures to notifiers; every one ends delivered, or reported as undelivered."""

from __future__ import annotations

import base64
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec

from trailguard.record import DecodeFailure
from trailguard.report import DeadLetter
from trailguard.verdict import PluginFailure, RuleFailure, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trailguard.report import Notice

__all__ = ["Announcement", "Notifier", "Undelivered", "deliver", "to_json"]

_CUT: Final = 1024
"""How many characters of a text stay when a message must be shortened."""

_DEPTH: Final = 8
"""How deep evidence may be that JSON cannot say as it is."""


# Evidence is the rule's: what JSON has no word for is written as text.
_encoder = msgspec.json.Encoder(enc_hook=str)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A notice that a notifier could not deliver, and why."""

    notice: Notice
    notifier: str
    error: str


class Notifier(Protocol):
    """Tells somebody. A notifier is anything with a name and this method."""

    name: str

    def send(self, notices: Sequence[Notice]) -> Iterable[Undelivered] | None:
        """Deliver notices.

        Args:
            notices: verdicts and failures, in the order of the records.

        Returns:
            Those that were not delivered, with the reason. What it raises counts as: none was.
        """


def deliver(notices: Sequence[Notice], notifiers: Iterable[Notifier]) -> tuple[Undelivered, ...]:
    """Tell every notifier; one that fails never stops the others.

    Returns:
        What was not delivered, by notifier. Empty when all was.
    """
    undelivered: list[Undelivered] = []
    for notifier in notifiers if notices else ():
        try:
            undelivered += list(notifier.send(notices) or ())
        except Exception as error:  # noqa: BLE001  # a notifier may raise anything; the others go on
            reason = f"{type(error).__name__}: {error}"
            undelivered += [Undelivered(notice, notifier.name, reason) for notice in notices]
    return tuple(undelivered)


class Announcement:
    """Notices that each notifier is told once.

    Args:
        notices: what to tell.
        notifiers: whom.
    """

    def __init__(self, notices: Sequence[Notice], notifiers: Iterable[Notifier]) -> None:
        self._left = deque((notifier, tuple(notices)) for notifier in notifiers)

    def deliver(self) -> tuple[Undelivered, ...]:
        """Tell every notifier what it was not told yet; threads may do so at once.

        Returns:
            What was not delivered: it is left for the next call.
        """
        undelivered: list[Undelivered] = []
        for _ in range(len(self._left)):
            try:
                notifier, notices = self._left.popleft()
            except IndexError:  # another thread took it
                break
            if failed := deliver(notices, [notifier]):
                self._left.append((notifier, tuple(one.notice for one in failed)))
                undelivered += failed
        return tuple(undelivered)


def to_json(notice: Notice, max_bytes: int | None = None) -> str:
    """Write a verdict or failure as one line of JSON (described in docs/json-lines.md). Never raises.

    Args:
        notice: what to write.
        max_bytes: shorten it if it is longer than this: the evidence goes, and the ends of long texts and of
            a dead letter's bytes. A shortened one has ``"truncated": true``.
    """
    content = _content(notice)
    line = _line(content)
    if max_bytes is not None and len(line.encode()) > max_bytes:
        short = {**_cut(msgspec.json.decode(line)), "truncated": True}
        if isinstance(notice, DeadLetter):  # the bytes are what it is for: as many as there is room for
            room = max_bytes - len(_line({**short, "data": ""}).encode())
            short["data"] = base64.b64encode(notice.data[: max(room, 0) // 4 * 3]).decode()
        line = _line(short)
    return line


def _line(content: Verdict | dict[str, Any]) -> str:
    """Encode with every character escaped that a terminal or a log reader may obey instead of showing it."""
    try:
        line = _encoder.encode(content).decode()
    except (ValueError, TypeError, RecursionError):
        line = _encoder.encode(_sayable(content)).decode()
    return line if line.isprintable() else "".join(c if c.isprintable() else _escaped(c) for c in line)


def _escaped(character: str) -> str:
    # json leaves one control character alone: DEL is in ASCII, and above the space
    return r"\u007f" if character == "\x7f" else json.dumps(character)[1:-1]


def _sayable(value: object, depth: int = _DEPTH) -> Any:  # noqa: ANN401  # JSON of any shape
    """Rewrite what JSON cannot say: half a surrogate pair, keys that are no text, endless evidence."""
    match value:
        case str():
            return value.encode("utf-8", "backslashreplace").decode()
        case msgspec.Struct():
            return _sayable(msgspec.structs.asdict(value), depth)
        case Mapping():
            return {_sayable(str(k)): _sayable(v, depth - 1) for k, v in value.items()} if depth else "..."
        case list() | tuple():
            return [_sayable(item, depth - 1) for item in value] if depth else "..."
        case _:
            return value


def _cut(content: Mapping[str, Any]) -> dict[str, Any]:
    """Leave the evidence out, and the ends of long texts: who, what, where and why always stay."""
    short: dict[str, Any] = {}
    for key, value in content.items():
        if isinstance(value, str):
            short[key] = value[:_CUT]
        elif isinstance(value, dict):
            short[key] = {} if key == "evidence" else _cut(value)
        else:
            short[key] = value
    return short


def _content(notice: Notice) -> Verdict | dict[str, Any]:
    match notice:
        case Verdict():
            return notice
        case RuleFailure():
            return {"kind": "rule-failure", **asdict(notice)}
        case PluginFailure():
            return {"kind": "plugin-failure", "origin": notice.origin, **asdict(notice)}
        case DeadLetter():
            data = base64.b64encode(notice.data).decode()
            return {"kind": "dead-letter", "origin": notice.origin, "error": notice.error, "data": data}
        case DecodeFailure():
            return {"kind": "decode-failure", "origin": notice.origin, "error": notice.error}
        case _:
            return {"kind": "read-failure", "origin": notice.origin, "error": notice.error}
