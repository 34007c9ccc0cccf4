"""Unwraps whatever AWS delivers into raw records. Pure: no network, no files, no clock.

The way of a payload: inflate, if it is gzipped; take it apart by its shape; yield each record's bytes with
the path that led to it. Records are not parsed here: that is for the engine, which skips most of them.
Objects in S3 are not fetched here: that is for `trailguard.objects`.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Any, Final

import msgspec
from msgspec import Raw, structs

from trailguard.document import Document, Item
from trailguard.errors import BombError, DecodingError, TooLargeError, UnsupportedEvent
from trailguard.inflate import capped, inflate
from trailguard.lines import FirstLine, batch_of, cut
from trailguard.mend import Piece, array_items, repair, values
from trailguard.record import Batch, Decoded, DecodeFailure, Origin, Record
from trailguard.shapes import SHAPES, unwrap, unwrap_records

__all__ = ["MAX_BYTES", "MAX_DEPTH", "Payload", "decode", "decode_stream"]

Payload = bytes | str | Mapping[str, Any] | Sequence[Any]

MAX_BYTES: Final = 512 * 1024 * 1024
"""How large one inflated document may be. CloudTrail's files stay below it; a gzip bomb does not."""

MAX_DEPTH: Final = 6
"""How many envelopes may be in one another. EventBridge in SNS in SQS in a log group's batch makes four."""

_TOO_DEEP: Final = "wrapped too deeply"
_GLIMPSE: Final = 1024
_BOM: Final = b"\xef\xbb\xbf"
_GZIP_IN_BASE64: Final = b"H4sI"
_OBJECT: Final = re.compile(
    rb"\s*\{\s*[^\s}]"
)  # not an empty one: pretty-printed JSON has lines that are "{}"

# How many bytes of lines are read at once; and how many, one by one, if any of them is odd.
_MANY: Final = 256 * 1024
_FEW: Final = 16 * 1024

_any_value = msgspec.json.Decoder(Raw)
_text = msgspec.json.Decoder(str)


def decode(
    payload: Payload,
    origin: Origin = Origin(),  # noqa: B008  # frozen
    *,
    max_bytes: int = MAX_BYTES,
    max_depth: int = MAX_DEPTH,
) -> Iterator[Decoded]:
    """Unwrap a payload into records.

    Args:
        payload: bytes (gzipped or not), text, or the object that AWS Lambda passes to a handler.
        origin: where it came from.
        max_bytes: how large it may be, inflated, and how large anything in it.
        max_depth: how many envelopes may be in one another.

    Yields:
        `Record`, `Batch` (a whole log file, or many lines), `ObjectRef` (still to be fetched), `Ignored` or
        `DecodeFailure`, in the payload's order.

    Raises:
        UnsupportedEvent: when it is JSON, or an object, of a shape that nobody knows.
    """
    if isinstance(payload, str):
        data = payload.encode("utf-8", "surrogatepass")
    elif isinstance(payload, bytes | bytearray | memoryview):
        data = bytes(payload)
    else:
        data = _as_json(payload)
    return decode_stream([data], origin, max_bytes=max_bytes, max_depth=max_depth)


def decode_stream(
    chunks: Iterable[bytes],
    origin: Origin = Origin(),  # noqa: B008  # frozen
    *,
    max_bytes: int = MAX_BYTES,
    max_depth: int = MAX_DEPTH,
) -> Iterator[Decoded]:
    """Unwrap a payload that arrives piece by piece, such as a file's; as `decode` otherwise.

    JSON Lines are judged as they come, so that they may be longer than memory.
    """
    return _Decoding(Document(b"", origin), max_bytes, max_depth).stream(chunks)


class _Decoding:
    """The decoding of one payload, or of something that was found wrapped in one.

    Args:
        around: what is decoded: where it came from, and, if it was wrapped, its bytes as they came.
        max_bytes: how large it may be, inflated.
        max_depth: how many envelopes may be in one another.
        depth: in how many it is.
    """

    def __init__(self, around: Document, max_bytes: int, max_depth: int, depth: int = 0) -> None:
        self._around = around
        self._max_bytes = max_bytes
        self._max_depth = max_depth
        self._depth = depth
        self._cut: str | None = None  # why it breaks off, once that is known

    def stream(self, chunks: Iterable[bytes]) -> Iterator[Decoded]:
        """Yield what it holds, while it arrives piece by piece."""
        pieces = inflate(chunks)
        held: bytes | bytearray = b""
        first_line = FirstLine()
        try:
            for piece in capped(pieces, self._max_bytes):
                if held:
                    held = held if isinstance(held, bytearray) else bytearray(held)
                    held += piece  # in place: to join pieces takes twice the memory
                else:
                    held = piece
                if first_line.is_over(piece) and _is_object(
                    bytes(held[: first_line.size]).removeprefix(_BOM)
                ):
                    yield from self._lines(chain([bytes(held).removeprefix(_BOM)], pieces))
                    return
        except (TooLargeError, BombError) as error:
            yield structs.replace(self._around, data=self._around.data or bytes(held[:_GLIMPSE])).failure(
                str(error)
            )
            return
        except DecodingError as error:
            self._cut = str(error)
        if held.startswith(_BOM):  # else it would be copied for nothing
            held = held.removeprefix(_BOM)
        document = structs.replace(self._around, data=held)
        del held
        yield from self._telling(document, self.whole(document))

    def whole(self, document: Document) -> Iterator[Decoded]:
        """Yield what it holds, now that it is complete; by the slow path where the fast one is refused."""
        try:
            items = unwrap(document)
        except UnsupportedEvent as error:
            if self._depth == 0:
                raise
            yield document.failure(error.problem)
        except (ValueError, RecursionError):
            yield from self._salvage(document)
        else:
            yield from self._opened(items)

    def _telling(self, document: Document, items: Iterable[Decoded]) -> Iterator[Decoded]:
        """Pass items on; say that the payload breaks off, unless one of them said so with the rest of it."""
        told = False
        for item in items:
            says_so = isinstance(item, DecodeFailure) and item.error == self._cut
            if says_so and self._around.data:
                continue  # it is said below, with all the bytes that came
            told = told or says_so
            yield item
        if self._cut and not told:
            yield structs.replace(document, data=self._around.data).failure(self._cut)

    def _lines(self, pieces: Iterable[bytes]) -> Iterator[Decoded]:
        """Yield what JSON Lines hold. A line of any known shape will do; a bad one never stops the next."""
        number = 1
        begun = bytearray()  # a line that goes on in the next piece
        try:
            for piece in pieces:
                text, new_line, rest = piece.rpartition(b"\n")
                if new_line:
                    for many in cut(bytes(begun) + text, _MANY):
                        number += yield from self._many_lines(many, number)
                    begun.clear()
                begun += rest
                if len(begun) > self._max_bytes:
                    raise TooLargeError(self._max_bytes)
        except DecodingError as error:
            self._cut = str(error)
            if len(begun) > self._max_bytes:
                begun.clear()
        last = _in(self._around, bytes(begun), "line", number)
        yield from self._telling(last, self._part(last, self._cut))

    def _many_lines(self, text: bytes, first: int) -> Generator[Decoded, None, int]:
        """Yield what lines hold: all at once if each is a record; else a few at once; else one by one.

        Returns:
            How many there are.
        """
        batch = self._batch(text, first)
        if batch is not None:
            yield batch
            return len(batch.heads)
        number = first
        for few in cut(text, _FEW):
            batch = self._batch(few, number)
            if batch is not None:
                yield batch
                number += len(batch.heads)
                continue
            for line in few.split(b"\n"):
                yield from self._part(_in(self._around, line, "line", number))
                number += 1
        return number - first

    def _batch(self, lines: bytes, first: int) -> Batch | None:
        return batch_of(lines, self._around.inner, self._around.account_id, first=first)

    def _salvage(self, document: Document) -> Iterator[Decoded]:
        """Yield every record that can be got out of text that is not one JSON value."""
        data = bytes(document.data)
        pieces = values(data)  # one after the other: all of them at once are as large as the text again
        looked_at = list(islice(pieces, 2))
        is_log_file = len(looked_at) == 1 and _array_in(data) is not None
        if not looked_at:
            yield document.failure(self._cut or "empty")
        elif not is_log_file and any(map(_is_object, _lines_of(data))):
            yield from self._lines([data])
        elif not is_log_file and any(_is_object(piece.data) for piece in _kept(pieces, looked_at)):
            for number, piece in enumerate(chain(looked_at, pieces), 1):
                part = _in(document, piece.data, "value", number)
                yield from self._part(part, None if piece.whole else self._cut)
        else:
            yield from self._recover(document, self._cut)

    def _part(self, document: Document, cut: str | None = None) -> Iterator[Decoded]:
        """Yield what one of several documents holds; whatever is wrong with it stays with it."""
        try:
            items = unwrap(document)
        except UnsupportedEvent as error:
            yield document.failure(error.problem)
        except (ValueError, RecursionError):
            if bytes(document.data).strip():
                yield from self._recover(document, cut)
        else:
            yield from self._opened(items)

    def _opened(self, items: Iterable[Item]) -> Iterator[Decoded]:
        """Pass items on, opening the documents among them."""
        for item in items:
            if isinstance(item, Batch) and item.unit == "log event" and self._depth >= self._max_depth:
                yield from (record.failure(_TOO_DEEP) for record in item.records())
            elif not isinstance(item, Document):
                yield item
            elif self._depth >= self._max_depth:
                yield item.failure(_TOO_DEEP)
            else:
                yield from self._open(item)

    def _open(self, document: Document) -> Iterator[Decoded]:
        inner = _Decoding(document, self._max_bytes, self._max_depth, self._depth + 1)
        data = document.data
        if isinstance(data, Raw) or data.startswith(b"{"):  # most are JSON as they are
            return inner.whole(document)
        return inner.stream([_bare(bytes(data))])

    def _recover(self, document: Document, cut: str | None) -> Iterator[Decoded]:
        """Yield what can be saved of one document that the fast parser refuses."""
        data = bytes(document.data)
        found = _array_in(data)
        if found is None:
            yield from self._repaired(document, cut)
            return
        unit, pieces = found
        for number, piece in enumerate(pieces, 1):
            part = _in(document, piece.data, unit, number)
            if piece.whole:
                yield from self._opened(
                    _records_of(part) if unit == "record" else [part.record("configuration item")]
                )
            else:
                is_rest = not piece.data or piece.data.startswith((b"{", b"["))
                yield part.failure((cut or "the JSON breaks off") if is_rest else "not a JSON object")

    def _repaired(self, document: Document, cut: str | None) -> Iterator[Decoded]:
        """Yield what a document holds once its text is repaired."""
        try:
            mended = unwrap(structs.replace(document, data=repair(bytes(document.data))))
        except (DecodingError, UnsupportedEvent, ValueError, RecursionError) as error:
            yield document.failure(cut or _why(error))
            return
        for item in self._opened(mended):
            yield structs.replace(item, repair="repaired") if isinstance(item, Record) else item


def _in(document: Document, data: bytes, unit: str, number: int) -> Document:
    """Make a document of one of several that another one holds."""
    return Document(data, document.inner, (unit, number), document.account_id)


def _array_in(data: bytes) -> tuple[str, Iterator[Piece]] | None:
    """Return what a log file, or a snapshot of AWS Config, holds, and what one of these is called."""
    for key, unit in (("Records", "record"), ("configurationItems", "item")):
        pieces = array_items(data, key)
        if pieces is not None:
            return unit, pieces
    return None


def _kept(pieces: Iterator[Piece], looked_at: list[Piece]) -> Iterator[Piece]:
    """Yield the pieces that were looked at, and further ones, which are looked at then."""
    yield from list(looked_at)
    for piece in pieces:
        looked_at.append(piece)
        yield piece


def _lines_of(data: bytes) -> Iterator[bytes]:
    start = 0
    while (end := data.find(b"\n", start)) >= 0:
        yield data[start:end]
        start = end + 1
    yield data[start:]


def _records_of(document: Document) -> Iterable[Item]:
    try:
        return unwrap_records([document])
    except UnsupportedEvent as error:
        return [document.failure(error.problem)]


def _bare(data: bytes) -> bytes:
    """Take off what is put around a text, or a gzip stream, to have it travel as text."""
    if data.startswith(b'"'):
        try:
            data = _text.decode(data).encode()
        except (ValueError, RecursionError):
            return data
    if data.startswith(_GZIP_IN_BASE64):
        try:
            return base64.b64decode(data, validate=True)
        except ValueError:
            return data
    return data


def _as_json(payload: object) -> bytes:
    try:
        return msgspec.json.encode(payload)
    except (TypeError, ValueError, RecursionError):
        pass  # a lone surrogate, say, which the standard library escapes
    try:
        return json.dumps(payload).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise UnsupportedEvent("payload", f"not JSON ({error})", SHAPES) from error


def _is_object(text: bytes) -> bool:
    if not _OBJECT.match(text):
        return False
    try:
        _any_value.decode(text)
    except (ValueError, RecursionError):
        return False
    return True


def _why(error: Exception) -> str:
    if isinstance(error, UnsupportedEvent):
        return error.problem
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)
