"""Unwraps whatever AWS delivers into raw records. Pure: no network, no files, no clock.

The way of a payload: inflate, if it is gzipped; take it apart by its shape; yield each record's bytes with
the path that led to it. Records are not parsed here: that is for the engine, which skips most of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final

import msgspec
from msgspec import Raw, structs

from trailguard.errors import DecodingError, TooLargeError, UnsupportedEvent
from trailguard.inflate import capped, inflate
from trailguard.mend import array_items, repair, values
from trailguard.record import Decoded, DecodeFailure, Origin, Record
from trailguard.shapes import SHAPES, Position, Wrapped, place, unwrap

__all__ = ["MAX_BYTES", "Payload", "decode", "decode_stream"]

Payload = bytes | str | Mapping[str, Any] | Sequence[Any]

MAX_BYTES: Final = 512 * 1024 * 1024
"""How large one inflated document may be. CloudTrail's files stay far below it; a gzip bomb does not."""

_MAX_DEPTH: Final = 5
_GLIMPSE: Final = 1024
_BOM: Final = b"\xef\xbb\xbf"


_any_value = msgspec.json.Decoder(Raw)


def decode(payload: Payload, origin: Origin = Origin(), *, max_bytes: int = MAX_BYTES) -> Iterator[Decoded]:  # noqa: B008  # frozen
    """Unwrap a payload into records.

    Args:
        payload: bytes (gzipped or not), text, or the object that AWS Lambda passes to a handler.
        origin: where it came from.
        max_bytes: how large it may be, inflated.

    Yields:
        `Record`, `Ignored` or `DecodeFailure`, in the payload's order.

    Raises:
        UnsupportedEvent: when it is JSON, or an object, of a shape that nobody knows.
    """
    if isinstance(payload, str):
        data = payload.encode("utf-8", "surrogatepass")
    elif isinstance(payload, bytes | bytearray | memoryview):
        data = bytes(payload)
    else:
        data = _as_json(payload)
    return decode_stream([data], origin, max_bytes=max_bytes)


def decode_stream(
    chunks: Iterable[bytes],
    origin: Origin = Origin(),  # noqa: B008  # frozen
    *,
    max_bytes: int = MAX_BYTES,
) -> Iterator[Decoded]:
    """Unwrap a payload that arrives piece by piece, such as a file's; as `decode` otherwise.

    JSON Lines are judged as they come, so that they may be longer than memory.
    """
    pieces = inflate(chunks)
    held: list[bytes] = []
    cut: str | None = None
    try:
        for piece in capped(pieces, max_bytes):
            held.append(piece)
            if len(held) == 1 and _starts_lines(piece):
                yield from _lines(chain(held, pieces), origin, max_bytes)
                return
    except TooLargeError as error:
        yield DecodeFailure(str(origin), str(error), held[0][:_GLIMPSE] if held else b"")
        return
    except DecodingError as error:
        cut = str(error)
    yield from _whole(b"".join(held), origin, cut, max_bytes)


def _as_json(payload: object) -> bytes:
    try:
        return msgspec.json.encode(payload)
    except (TypeError, ValueError, RecursionError):
        pass  # a lone surrogate, say, which the standard library escapes
    try:
        return json.dumps(payload).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise UnsupportedEvent("payload", f"not JSON ({error})", SHAPES) from error


def _starts_lines(head: bytes) -> bool:
    """Tell whether a payload begins with a line that is a JSON object, and more follows."""
    line, _, rest = head.partition(b"\n")
    return bool(rest.strip()) and _is_object(line)


def _is_object(text: bytes) -> bool:
    bare = text.removeprefix(_BOM).lstrip()
    if not bare.startswith(b"{"):
        return False
    try:
        _any_value.decode(bare)
    except (ValueError, RecursionError):
        return False
    return True


def _lines(pieces: Iterable[bytes], origin: Origin, max_bytes: int) -> Iterator[Decoded]:
    """Yield what JSON Lines hold. A line of any known shape will do; a bad one never stops the next."""
    number = 0
    rest = b""
    cut: str | None = None
    try:
        for piece in pieces:
            *lines, rest = (rest + piece).split(b"\n")
            for line in lines:
                number += 1
                yield from _part(line, origin, ("line", number))
            if len(rest) > max_bytes:
                raise TooLargeError(max_bytes)
    except DecodingError as error:
        cut = str(error)
        rest = rest if len(rest) <= max_bytes else b""
    yield from _part(rest, origin, ("line", number + 1), cut)
    if cut and not rest.strip():
        yield DecodeFailure(str(origin / f"line {number + 1}"), cut, b"")


def _whole(data: bytes, origin: Origin, cut: str | None, max_bytes: int) -> Iterator[Decoded]:
    """Yield what a complete payload holds, by the slow path where the fast one is refused."""
    if not data.strip():
        yield DecodeFailure(str(origin), cut or "empty", data)
        return
    data = data.removeprefix(_BOM)
    try:
        items = unwrap(data, origin)
    except (ValueError, RecursionError):
        yield from _salvage(data, origin, cut, max_bytes)
        return
    yield from _opened(items)
    if cut:
        yield DecodeFailure(str(origin), cut, b"")


def _salvage(data: bytes, origin: Origin, cut: str | None, max_bytes: int) -> Iterator[Decoded]:
    """Yield every record that can be got out of text that is not one JSON value."""
    pieces = list(values(data))
    is_log_file = len(pieces) == 1 and array_items(data, "Records") is not None
    if not is_log_file and any(map(_is_object, data.split(b"\n"))):
        yield from _lines([data], origin, max_bytes)
    elif not is_log_file and any(_is_object(piece.data) for piece in pieces):
        for number, piece in enumerate(pieces, 1):
            yield from _part(piece.data, origin, ("value", number), None if piece.whole else cut)
    else:
        yield from _recover(data, origin, None, cut)


def _part(
    data: bytes | Raw, origin: Origin, position: Position, cut: str | None = None, depth: int = 0
) -> Iterator[Decoded]:
    """Yield what one of several documents holds; whatever is wrong with it stays with it."""
    try:
        items = unwrap(data, origin, position)
    except UnsupportedEvent as error:
        yield DecodeFailure(str(_at(origin, position)), error.problem, bytes(data))
    except (ValueError, RecursionError):
        text = bytes(data).strip()
        if text:
            yield from _recover(text, origin, position, cut, depth)
    else:
        yield from _opened(items, depth)


def _opened(items: Iterable[Decoded | Wrapped], depth: int = 0) -> Iterator[Decoded]:
    """Pass items on, opening what is wrapped."""
    for item in items:
        if not isinstance(item, Wrapped):
            yield item
        elif depth >= _MAX_DEPTH:
            yield DecodeFailure(str(_at(item.origin, item.position)), "wrapped too deeply", bytes(item.data))
        else:
            yield from _open(item, depth + 1)


def _open(wrapped: Wrapped, depth: int) -> Iterator[Decoded]:
    data = wrapped.data
    if isinstance(data, bytes):
        try:
            data = b"".join(capped(inflate([data]), MAX_BYTES))
        except DecodingError as error:
            yield DecodeFailure(str(_at(wrapped.origin, wrapped.position)), str(error), bytes(wrapped.data))
            return
    yield from _part(data, wrapped.origin, wrapped.position, depth=depth)


def _recover(
    data: bytes, origin: Origin, position: Position, cut: str | None, depth: int = 0
) -> Iterator[Decoded]:
    """Yield what can be saved of one document that the fast parser refuses."""
    records = array_items(data, "Records")
    if records is None:
        try:
            for item in _opened(unwrap(repair(data), origin, position), depth):
                yield structs.replace(item, repair="repaired") if isinstance(item, Record) else item
        except (DecodingError, UnsupportedEvent, ValueError, RecursionError) as error:
            yield DecodeFailure(str(_at(origin, position)), cut or _why(error), data)
        return
    file = _at(origin, position)
    for number, piece in enumerate(records, 1):
        if piece.whole:
            yield Record(piece.data, file, ("record", number))
        else:
            is_rest = not piece.data or piece.data.startswith((b"{", b"["))
            why = (cut or "the JSON breaks off") if is_rest else "not a JSON object"
            yield DecodeFailure(str(file / f"record {number}"), why, piece.data)


def _why(error: Exception) -> str:
    if isinstance(error, UnsupportedEvent):
        return error.problem
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)


def _at(origin: Origin, position: Position) -> Origin:
    return origin if position is None else origin / place(position)
