"""A JSON document that is still to be taken apart, and how the few fields of an envelope are read."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec import Raw

from trailguard.errors import DecodingError
from trailguard.mend import repair
from trailguard.record import Decoded, DecodeFailure, Ignored, Json, Origin, Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trailguard.record import Kind

__all__ = ["Document", "Fields", "Item", "UnknownKind", "fields_of", "maybe_text", "read", "text", "unbase64"]

T = TypeVar("T")
Fields = dict[str, Raw]


class UnknownKind(DecodingError):  # noqa: N818  # it becomes an UnsupportedEvent, which is named for what it is
    """An envelope is of a known shape, but of a kind that nobody asked for."""


class Document(msgspec.Struct, frozen=True):
    """A JSON document that is still to be taken apart.

    Attributes:
        data: its text; gzipped, perhaps, if it was found inside another one.
        origin: where it came from.
        position: which one it is there, if it is one of several.
        account_id: the account that an envelope around it names.
    """

    data: Json
    origin: Origin
    position: tuple[str, int] | None = None
    account_id: str | None = None

    @property
    def inner(self) -> Origin:
        """The origin of what is in it."""
        return self.origin if self.position is None else self.origin / "{} {}".format(*self.position)

    @property
    def place(self) -> str:
        """Its origin path as text."""
        return str(self.inner)

    def carried_by(self, carrier: str, message_id: str | None) -> Origin:
        """The origin of what is in it, if it is a message of a queue, a topic or a stream."""
        return self.origin.message(carrier, message_id) if message_id else self.inner / carrier

    def record(self, kind: Kind = "event") -> Record:
        """Return it as a record, to be taken as it is."""
        return Record(self.data, self.origin, self.position, self.account_id, None, kind)

    def failure(self, error: str, origin: Origin | None = None) -> DecodeFailure:
        """Say that nothing can be made of it, or of what an origin in it names."""
        origin = origin or self.inner
        return DecodeFailure(str(origin), error, bytes(self.data), origin.message_id)

    def ignored(self, reason: str, origin: Origin | None = None) -> Ignored:
        """Say that there is no event in it, or in what an origin in it names."""
        origin = origin or self.inner
        return Ignored(str(origin), reason, origin.message_id)


Item = Decoded | Document
"""What is found in a document: something to pass on, or a further document."""

_fields = msgspec.json.Decoder(Fields)
_text = msgspec.json.Decoder(str)


def read(decoder: msgspec.json.Decoder[T], data: Json) -> T:
    """Read the few fields of an envelope, repairing its text if need be.

    Raises:
        DecodingError: when they are not of the type they should be.
    """
    try:
        return decoder.decode(data)
    except (ValueError, RecursionError):
        pass
    try:
        return decoder.decode(repair(bytes(data)))
    except RecursionError:
        raise DecodingError("nested too deeply") from None
    except ValueError as error:
        raise DecodingError(str(error)) from None


def fields_of(data: Json) -> Fields:
    """Return the fields of an object, unparsed.

    Raises:
        DecodingError: when it is no object.
    """
    return read(_fields, data)


def text(fields: Mapping[str, Raw], name: str) -> str:
    """Return a field that has to be a text.

    Raises:
        DecodingError: when it is missing or none; the message names the field.
    """
    if name not in fields:
        raise DecodingError(f"it has no {name}")
    try:
        return read(_text, fields[name])
    except DecodingError as error:
        raise DecodingError(f"{name}: {error}") from None


def maybe_text(fields: Mapping[str, Raw], name: str) -> str | None:
    """Return a field that is nice to have; None unless it is a text that says something."""
    try:
        return text(fields, name) or None
    except DecodingError:
        return None


def unbase64(fields: Mapping[str, Raw], name: str) -> bytes:
    """Return what a field holds in base64.

    Raises:
        DecodingError: when it is missing or something else; the message names the field.
    """
    try:
        return base64.b64decode(text(fields, name), validate=True)
    except ValueError as error:
        raise DecodingError(f"{name}: not base64: {error}") from None
