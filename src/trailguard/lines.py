"""Tells JSON Lines, and reads many of them at once, if each is one CloudTrail record: most are.

A line by itself costs a dozen calls before it is known to be a record; a thousand of them cost one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Final, cast

import msgspec
from msgspec import UNSET, Meta, UnsetType

from trailguard.record import LAMBDA, Batch, Head

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailguard.record import Origin, Unit

__all__ = ["FirstLine", "batch_of", "cut"]

_SOMETHING: Final = re.compile(rb"\S")

# No value is of this type, so that whatever has such a key is refused.
_Nothing = Annotated[int, Meta(ge=1, le=0)]


class _Call(Head, kw_only=True, gc=False):
    """The head of a record that is nothing else: no log file, no snapshot, no message to a function."""

    event_source: str
    event_name: str
    records: _Nothing | UnsetType = msgspec.field(name="Records", default=UNSET)
    items: _Nothing | UnsetType = msgspec.field(name="configurationItems", default=UNSET)
    sns_source: _Nothing | UnsetType = msgspec.field(name="EventSource", default=UNSET)


_calls = msgspec.json.Decoder(_Call)


def batch_of(
    text: bytes, origin: Origin, account_id: str | None, unit: Unit = "line", first: int = 1
) -> Batch | None:
    """Read the heads of lines.

    Args:
        text: the lines, without the new line after the last one.
        origin: where they come from.
        account_id: the account that an envelope around them names.
        unit: what a line is there.
        first: the number of the first one there.

    Returns:
        The records; None if any of the lines is something else, or more than that.
    """
    try:
        heads = cast("list[Head]", _calls.decode_lines(text))
    except (ValueError, RecursionError):
        return None
    # The decoder takes a value that goes on in the next line, and two values in one. Within a value, no new
    # line is between } and {: if all are, and there are as many values as lines, each line has one.
    # A line may end in a carriage return.
    lines = text.split(b"\n")
    if len(lines) != len(heads) or not all(
        line.startswith(b"{") and line.endswith((b"}", b"}\r")) for line in lines
    ):
        return None
    if any(head.event_source.startswith(LAMBDA) for head in heads):
        return None
    return Batch(heads, lines, origin, account_id, unit, first)


class FirstLine:
    """The first line of what comes piece by piece.

    Attributes:
        size: how many bytes it has, as far as it has come.
    """

    def __init__(self) -> None:
        self.size = 0
        self._is_whole = self._is_told = False

    def is_over(self, piece: bytes) -> bool:
        """Take the next piece; tell, once, that the line is whole and that something follows it."""
        start = 0
        if not self._is_whole:
            end = piece.find(b"\n")
            self._is_whole = end >= 0
            start = end if self._is_whole else len(piece)
            self.size += start
        if self._is_told or not self._is_whole or not _SOMETHING.search(piece, start):
            return False
        self._is_told = True
        return True


def cut(text: bytes, size: int) -> Iterator[bytes]:
    """Cut text into parts that are longer than that, between one line and the next."""
    start = 0
    while (end := text.find(b"\n", start + size)) >= 0:
        yield text[start:end]
        start = end + 1
    yield text[start:]
