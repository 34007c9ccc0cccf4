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
            if inflater.eof:  # gzip streams may follow one another
                inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
            try:
                yield inflater.decompress(data, _PIECE)
            except zlib.error as error:
                raise DecodingError(f"the gzip stream is damaged ({error})") from error
            data = inflater.unused_data.lstrip(b"\0") if inflater.eof else inflater.unconsumed_tail
    if not inflater.eof:
        yield inflater.flush()
        raise DecodingError("the gzip stream breaks off")


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
