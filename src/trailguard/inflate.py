"""Inflates gzip streams piece by piece, whatever their length and however they end."""

from __future__ import annotations

import zlib
from itertools import chain
from typing import TYPE_CHECKING

from trailguard.errors import DecodingError, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["capped", "inflate"]

_GZIP = b"\x1f\x8b"
_PIECE = 8 * 1024 * 1024
_STEP = 4 * 1024


def inflate(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield bytes in pieces of bounded size, inflated if they begin as a gzip stream does.

    Raises:
        DecodingError: when the stream is damaged or breaks off; everything before that was yielded.
    """
    stream = iter(chunks)
    first = b""
    for chunk in stream:
        first += chunk
        if len(first) >= len(_GZIP):
            break
    if not first.startswith(_GZIP):
        yield first
        yield from stream
        return
    inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
    for chunk in chain([first], stream):
        data = chunk
        while data:
            if inflater.eof:  # gzip streams may follow one another, and zeros may pad them
                data = data.lstrip(b"\0")
                if not data:
                    break
                inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
            before = inflater.copy()
            try:
                piece = inflater.decompress(data, _PIECE)
            except zlib.error as error:
                yield from _up_to_damage(before, data)
                raise DecodingError(f"the gzip stream is damaged ({error})") from error
            yield piece
            data = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
    if not inflater.eof:
        yield inflater.flush()
        raise DecodingError("the gzip stream breaks off")


def _up_to_damage(inflater: zlib._Decompress, data: bytes, step: int = _STEP) -> Iterator[bytes]:
    """Yield what a stream holds before the byte that damages it; zlib drops it with the error."""
    for start in range(0, len(data), step):
        before = inflater.copy()
        try:
            yield inflater.decompress(data[start : start + step])
        except zlib.error:
            if step > 1:
                yield from _up_to_damage(before, data[start : start + step], step=1)
            return


def capped(pieces: Iterable[bytes], max_bytes: int) -> Iterator[bytes]:
    """Pass pieces through until they come to more than ``max_bytes``.

    Raises:
        TooLargeError: at the piece that is too much; a bomb is never inflated further.
    """
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > max_bytes:
            raise TooLargeError(max_bytes)
        yield piece
