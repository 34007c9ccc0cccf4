"""Inflates gzip and zlib streams piece by piece, whatever their length and however they end.

Inflating is a third of the time of judging a file. ``trailguard[fast]`` brings a library that halves it; it
is used if it is there.
"""

from __future__ import annotations

import re
import zlib
from itertools import chain
from typing import TYPE_CHECKING, Final, cast

from trailguard.errors import BombError, DecodingError, TooLargeError

try:
    from isal import isal_zlib as fastest_zlib
except ImportError:
    fastest_zlib = zlib  # type: ignore[misc]  # the same interface, as far as it is used here

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["capped", "inflate"]

# What a stream begins with, and what the libraries call its kind. No text of JSON begins so.
_GZIP: Final = b"\x1f\x8b"
_WINDOWS: Final = {
    _GZIP: zlib.MAX_WBITS | 16,
    **dict.fromkeys((b"x\x01", b"x^", b"x\x9c", b"x\xda"), zlib.MAX_WBITS),
}
# How much is fed at once, of the first stream and of later ones. The libraries copy what they have not got to
# yet, at every piece and at every stream's end: with many tiny streams in a row, far more than there is.
_FEED: Final = 1024 * 1024
_FEED_LATER: Final = 64 * 1024
_ZEROS: Final = re.compile(rb"\0*")
# Logs inflate some ten-fold, the most repetitive ones a hundred-fold. What goes far beyond that, past a size
# that would not matter, is made to fill memory: deflate's own limit is about a thousand-fold.
_HARMLESS: Final = 16 * 1024 * 1024
_IMPLAUSIBLE: Final = 500
# Most log files come in one piece, which need not be copied.
_PIECE: Final = 4 * 1024 * 1024
_STEP: Final = 4 * 1024
_REMEMBERED: Final = 64 * 1024 * 1024
_DAMAGE: Final = (zlib.error, cast("type[Exception]", fastest_zlib.error))


def inflate(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield bytes in pieces of bounded size, inflated if they begin as a gzip or zlib stream does.

    Raises:
        BombError: when a stream inflates as no text does.
        DecodingError: when it is damaged or breaks off; everything before that was yielded.
    """
    stream = iter(chunks)
    first = b""
    for chunk in stream:
        first += chunk
        if len(first) >= len(_GZIP):
            break
    window = _WINDOWS.get(first[: len(_GZIP)])
    if window is None:
        yield first
        yield from stream
        return
    member, feed = _Member(window), _FEED
    for chunk in chain([first], stream):
        start = 0
        while start < len(chunk):
            if member.ended:  # gzip streams may follow one another, and zeros may pad them
                start = _end_of_padding(chunk, start)
                if start == len(chunk):
                    break
                member, feed = _Member(_WINDOWS[_GZIP], member), _FEED_LATER
            part = chunk[start : start + feed]
            yield from member.inflate(part)
            start += len(part) - len(member.rest)
    if not member.ended:
        yield member.flush()
        raise DecodingError("the gzip stream breaks off")


def _end_of_padding(chunk: bytes, start: int) -> int:
    zeros = _ZEROS.match(chunk, start)
    return zeros.end() if zeros else start


class _Member:
    """One compressed stream of those that may follow one another.

    Args:
        window: what zlib calls its kind.
        before: the one that it follows.
    """

    def __init__(self, window: int, before: _Member | None = None) -> None:
        self._window = window
        self._given_before, self._taken_before = before.totals if before else (0, 0)
        self._inflater = fastest_zlib.decompressobj(window)
        self._taken: list[bytes] | None = []  # its input so far, for a second look if it is damaged
        self._size = 0
        self._given = 0

    @property
    def ended(self) -> bool:
        return self._inflater.eof

    @property
    def totals(self) -> tuple[int, int]:
        """How many bytes were given, and how many taken for them, those of earlier streams included."""
        unused = len(self._inflater.unused_data) + len(self._inflater.unconsumed_tail)
        return self._given_before + self._given, self._taken_before + self._size - unused

    @property
    def rest(self) -> bytes:
        """What of the input came after the stream's end."""
        return self._inflater.unused_data

    def flush(self) -> bytes:
        return self._inflater.flush()

    def inflate(self, data: bytes) -> Iterator[bytes]:
        is_gzip = self._window == _WINDOWS[_GZIP]
        if is_gzip and self._size == 0 and not data.startswith(_GZIP[: len(data)]):
            raise DecodingError("the gzip stream is damaged: something else follows it")
        self._remember(data)
        while data and not self.ended:
            try:
                piece = self._inflater.decompress(data, _PIECE)
            except _DAMAGE as error:
                yield from self._up_to_damage()
                raise DecodingError("the gzip stream is damaged") from error
            data = self._inflater.unconsumed_tail
            self._given += len(piece)
            given, taken = self.totals
            if given > max(_HARMLESS, _IMPLAUSIBLE * taken):
                raise BombError(_IMPLAUSIBLE)
            yield piece

    def _remember(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > _REMEMBERED:  # a stream of lines may be longer than memory
            self._taken = None
        if self._taken is not None:
            self._taken.append(data)

    def _up_to_damage(self) -> Iterator[bytes]:
        """Yield what lies between what was given already and the byte that damages the stream.

        The libraries drop what the failing call had inflated, so the stream is inflated once more, in small
        steps.
        """
        inflater = zlib.decompressobj(self._window)
        seen = 0
        for data in self._taken or ():
            for start in range(0, len(data), _STEP):
                step = data[start : start + _STEP]
                piece, is_damaged = _inflated(inflater.copy(), [step])
                if is_damaged:
                    piece, _ = _inflated(inflater, [step[n : n + 1] for n in range(len(step))])
                    yield piece[max(self._given - seen, 0) :]
                    return
                inflater.decompress(step)
                yield piece[max(self._given - seen, 0) :]
                seen += len(piece)


def _inflated(inflater: zlib._Decompress, parts: Iterable[bytes]) -> tuple[bytes, bool]:
    """Inflate one part after the other; tell also whether one was damaged."""
    pieces = []
    for part in parts:
        try:
            pieces.append(inflater.decompress(part))
        except zlib.error:
            return b"".join(pieces), True
    return b"".join(pieces), False


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
