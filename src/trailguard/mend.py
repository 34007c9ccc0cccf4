"""The slow path: what is done with JSON that the fast parser refuses.

Cut-off files, lone surrogates, invalid UTF-8, several values in a row: most of it can be read after all,
record by record, and what cannot is handed back in the smallest piece possible. Nothing here recurses on
the input or backtracks, so hostile input costs no more than its length.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, NamedTuple, NoReturn

from trailguard.errors import DecodingError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Piece", "array_items", "repair", "values"]

# A whole string, or one structural byte, or the quote of a string that never ends.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|["{}\[\]]', re.DOTALL)
# What stands between two commas that are not in a string.
_ITEM = re.compile(rb'(?:"(?:[^"\\]++|\\.)*+"|[^,])++', re.DOTALL)
_OPENING = (b"{", b"[")
_CLOSING = (b"}", b"]")


class Piece(NamedTuple):
    """A stretch of JSON text: a value, or what is left of one.

    Attributes:
        data: its bytes.
        whole: whether brackets and quotes are balanced; False for a value that breaks off, and for text
            that is no value at all.
    """

    data: bytes
    whole: bool


def repair(raw: bytes) -> bytes:
    """Return JSON that every parser accepts, from JSON that only a forgiving one does.

    Invalid UTF-8 and lone surrogates become replacement characters, numbers beyond a float's range become
    text; everything else stays as it was.

    Raises:
        DecodingError: for what is no JSON at all; the message holds no content.
    """
    try:
        value = json.loads(
            raw.decode("utf-8-sig", "replace"), strict=False, parse_constant=_refuse, parse_float=_finite
        )
        return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    except json.JSONDecodeError as error:
        raise DecodingError(f"not JSON: {error.msg} at character {error.pos}") from None
    except RecursionError:
        raise DecodingError("nested too deeply") from None
    except ValueError as error:  # a number of more digits than Python converts, a NaN
        raise DecodingError(f"not JSON: {error}") from None


def values(data: bytes) -> Iterator[Piece]:
    """Split text into the JSON objects and arrays that stand in it one after the other."""
    yield from _pieces(data, 0, closed_by=None)


def array_items(data: bytes, key: str) -> Iterator[Piece] | None:
    """Split the array under a key of the outermost object into its items, however the object goes on.

    Returns:
        The items; the last one is not whole where the array breaks off. None when there is no such array.
    """
    depth = 0
    wanted = f'"{key}"'.encode()
    for token in _TOKEN.finditer(data):
        text = token.group()
        if text in _OPENING:
            depth += 1
        elif text in _CLOSING:
            depth -= 1
        elif text == b'"':  # a text that breaks off: nothing after it is structure
            return None
        elif depth == 1 and text == wanted:
            array = re.compile(rb"\s*:\s*\[").match(data, token.end())
            if array:
                return _pieces(data, array.end(), closed_by=b"]")
    return None


def _pieces(data: bytes, position: int, closed_by: bytes | None) -> Iterator[Piece]:
    """Yield the values from a position on: to the end, or to the bracket that closes their array."""
    start = position
    is_open = False
    for bracket, depth in _brackets(data, position):
        if depth == 0 and bracket.group() in _OPENING:
            yield from _leftover(data[start : bracket.start()], closed_by)
            start, is_open = bracket.start(), True
        elif depth == 0:
            yield Piece(data[start : bracket.end()], whole=True)
            start, is_open = bracket.end(), False
        elif depth < 0 and bracket.group() == closed_by:
            yield from _leftover(data[start : bracket.start()], closed_by)
            return
    if not is_open:
        yield from _leftover(data[start:], closed_by)
    if is_open or closed_by:
        yield Piece(data[start:] if is_open else b"", whole=False)


def _brackets(data: bytes, position: int) -> Iterator[tuple[re.Match[bytes], int]]:
    """Yield each bracket that is in no text, with the depth of what it opens or closes; -1 if stray."""
    depth = 0
    for token in _TOKEN.finditer(data, position):
        text = token.group()
        if text == b'"':  # a text that breaks off: nothing after it is structure
            return
        if text in _OPENING:
            yield token, depth
            depth += 1
        elif text in _CLOSING:
            yield token, depth - 1
            depth = max(depth - 1, 0)


def _leftover(text: bytes, closed_by: bytes | None) -> Iterator[Piece]:
    """Yield what stands between values: an array's other items, one by one; elsewhere as it is."""
    for part in _ITEM.findall(text) if closed_by else [text]:
        if part.strip():
            yield Piece(part.strip(), whole=False)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON number")


def _finite(number: str) -> float | str:
    value = float(number)
    return value if math.isfinite(value) else number
