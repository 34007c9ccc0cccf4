"""What leaves: each verdict or failure as one line of JSON.

`docs/json-lines.md` describes it for people, `docs/verdict.schema.json` for programs; `trailguard.inbox`
reads it back.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec

from trailguard.record import DecodeFailure
from trailguard.report import DeadLetter
from trailguard.verdict import PluginFailure, RuleFailure, Verdict

if TYPE_CHECKING:
    from trailguard.report import Notice

__all__ = [
    "FAILURE_SCHEMA",
    "VERDICT_SCHEMA",
    "as_much_of",
    "content_of",
    "shortened",
    "to_json",
    "to_line",
]

VERDICT_SCHEMA: Final = "trailguard/verdict/1"
"""The ``schema`` of a verdict. The number grows when readers of the one before would misread it."""

FAILURE_SCHEMA: Final = "trailguard/failure/1"
"""The ``schema`` of a failure."""

_CUT: Final = 1024
"""How many characters of a text stay when a message must be shortened."""

_DEPTH: Final = 8
"""How deep evidence may be that JSON cannot say as it is."""


# Evidence is the rule's: what JSON has no word for is written as text.
_encoder = msgspec.json.Encoder(enc_hook=str)


def to_json(notice: Notice, max_bytes: int | None = None) -> str:
    """Write a verdict or failure as one line of JSON (described in docs/json-lines.md). Never raises.

    Args:
        notice: what to write.
        max_bytes: shorten it if it is longer than this: the evidence goes, and the ends of long texts and of
            a dead letter's bytes. A shortened one has ``"truncated": true``.
    """
    schema = VERDICT_SCHEMA if isinstance(notice, Verdict) else FAILURE_SCHEMA
    line = to_line({"schema": schema, **content_of(notice)})
    if max_bytes is not None and len(line.encode()) > max_bytes:
        short = {**shortened(msgspec.json.decode(line)), "truncated": True}
        if isinstance(notice, DeadLetter):  # the bytes are what it is for: as many as there is room for
            short["data"] = as_much_of(notice.data, max_bytes - len(to_line({**short, "data": ""}).encode()))
        line = to_line(short)
    return line


def to_line(content: object) -> str:
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


def shortened(content: Mapping[str, Any], evidence: str = "evidence") -> dict[str, Any]:
    """Leave the evidence out, and the ends of long texts: who, what, where and why always stay.

    Args:
        content: what was written as JSON and read again.
        evidence: the key of the evidence, wherever it is.
    """
    short: dict[str, Any] = {}
    for key, value in content.items():
        match value:
            case str():
                short[key] = value[:_CUT]
            case dict():
                short[key] = {} if key == evidence else shortened(value, evidence)
            case list():
                short[key] = [shortened(one, evidence) if isinstance(one, dict) else one for one in value]
            case _:
                short[key] = value
    return short


def as_much_of(data: bytes, room: int) -> str:
    """Write bytes in base64: the first of them, if there is no room for all."""
    return base64.b64encode(data[: max(room, 0) // 4 * 3]).decode()


def content_of(notice: Notice) -> dict[str, Any]:
    """Return what is written of a notice."""
    match notice:
        case Verdict():
            return msgspec.structs.asdict(notice)
        case RuleFailure():
            return {"kind": "rule-failure", **msgspec.structs.asdict(notice)}
        case PluginFailure():
            return {"kind": "plugin-failure", "origin": notice.origin, **msgspec.structs.asdict(notice)}
        case DeadLetter():
            data = base64.b64encode(notice.data).decode()
            return {"kind": "dead-letter", "origin": notice.origin, "error": notice.error, "data": data}
        case DecodeFailure():
            return {"kind": "decode-failure", "origin": notice.origin, "error": notice.error}
        case _:
            return {"kind": "read-failure", "origin": notice.origin, "error": notice.error}
