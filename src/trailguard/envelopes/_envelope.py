"""What an envelope is: the keys by which it is known, and how it is opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from trailguard.document import Document, Fields, Item

__all__ = ["Envelope", "Opener"]

Opener = Callable[[Document, Fields], Iterable[Item]]
"""Returns what is in an envelope, given its unparsed fields.

Raises `DecodingError` when it is not what its keys promise, and `UnknownKind` when it is of a kind that
nobody asked for.
"""


class Envelope(NamedTuple):
    """A shape in which AWS delivers.

    Attributes:
        takes: what it is, for people.
        keys: the keys that it has, whatever else it has.
        open: returns what is in it.
        label: what it is called in an origin path when it cannot be opened.
    """

    takes: str
    keys: frozenset[str]
    open: Opener
    label: str
