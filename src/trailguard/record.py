"""What decoding yields: raw records and where they came from, and what became of everything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec
from msgspec import Raw

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "LAMBDA",
    "Batch",
    "DecodeFailure",
    "Decoded",
    "Head",
    "Ignored",
    "ItemHead",
    "Json",
    "Kind",
    "ObjectRef",
    "Origin",
    "OversizedItem",
    "ReadFailure",
    "Record",
    "Unit",
    "printable",
    "split",
    "split_items",
]


def printable(value: object) -> str:
    """Return text with everything that is not printable spelled out, as Python's `ascii` does.

    Keys, names and ids come from whoever sends events; a terminal or a log shall show them, not obey them.
    """
    text = str(value)
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


Kind = Literal["event", "configuration item", "scheduled run"]
"""What a record may be: CloudTrail's, AWS Config's, or a message by which AWS Config runs periodic rules."""

Unit = Literal["record", "item", "line", "log event"]
"""What one of many is called, by what holds them."""

Json = bytes | bytearray | Raw
"""JSON text, as UTF-8; nobody changes a bytearray that has become one."""


class Origin(msgspec.Struct, frozen=True):
    """Where something came from, as a path that a person can read and a terminal can show.

    ``Origin.at("sqs 059f…") / "sns" / "s3://bucket/key"`` reads ``sqs 059f… > sns > s3://bucket/key``.

    Attributes:
        path: the parts, the outermost first.
        message_id: the id by which the invoker knows the message that brought it: SQS's ``messageId``,
            Kinesis's ``sequenceNumber``, Firehose's ``recordId``. None where no message brought it.
    """

    path: tuple[str, ...] = ()
    message_id: str | None = None

    @classmethod
    def at(cls, *path: str) -> Origin:
        """Make an origin of its parts, the outermost first."""
        return cls(path)

    def __truediv__(self, part: str) -> Origin:
        return Origin((*self.path, part), self.message_id)

    def message(self, carrier: str, message_id: str | None) -> Origin:
        """Go into a message. The invoker knows the outermost one, whatever further ones are in it."""
        return Origin((*self.path, f"{carrier} {message_id}"), self.message_id or message_id)

    def __str__(self) -> str:
        return printable(" > ".join(self.path)) or "payload"


class Record(msgspec.Struct, frozen=True, gc=False):
    """The raw JSON of one event, not yet looked at.

    Most records are judged by two fields and forgotten, so a record is cheap: a view into the payload's
    bytes, and an origin that it shares with its neighbours.

    Attributes:
        raw: the JSON text, as UTF-8.
        origin: the file, message or stream that held it.
        position: which one it is there, such as ``("record", 12)``, counted from 1; None for the only one.
        account_id: the account that the envelope names, for records that name none.
        repair: what had to be mended before the record could be read, if anything.
        kind: what it is.
    """

    raw: Json
    origin: Origin = Origin()
    position: tuple[str, int] | None = None
    account_id: str | None = None
    repair: str | None = None
    kind: Kind = "event"

    @property
    def place(self) -> str:
        """The record's origin path as text: ``file.json.gz > record 12``."""
        place = str(self.origin)
        if self.position is not None:
            unit, number = self.position
            place = f"{place} > {unit} {number}" if self.origin.path else f"{unit} {number}"
        return f"{place} ({self.repair})" if self.repair else place

    @property
    def message_id(self) -> str | None:
        """The invoker's id of the message that brought it, if there is one."""
        return self.origin.message_id

    def failure(self, error: str) -> DecodeFailure:
        """Say that it could not be read."""
        return DecodeFailure(self.place, error, bytes(self.raw), self.message_id)

    def ignored(self, reason: str) -> Ignored:
        """Say that it was set aside."""
        return Ignored(self.place, reason, self.message_id)


LAMBDA: Final = "aws:"
"""What the ``eventSource`` of a Lambda event's messages begins with. CloudTrail's never does."""


class Caller(msgspec.Struct, gc=False):
    """What kind of caller a record names."""

    type: Any = None


class Head(msgspec.Struct, rename="camel", gc=False):
    """The fields that decide whether any rule listens to a record; most of it may be of any type."""

    event_source: str = ""
    event_name: str = ""
    error_code: Any = None
    user_identity: Caller | str | float | bool | list[Any] | None = None


class ItemHead(msgspec.Struct, rename="camel", gc=False):
    """The field that decides whether any rule listens to a configuration item."""

    resource_type: str = ""


class _LogFile(msgspec.Struct):
    records: list[Raw] = msgspec.field(name="Records")


class _ItemFile(msgspec.Struct):
    items: list[Raw] = msgspec.field(name="configurationItems")


_log_file = msgspec.json.Decoder(_LogFile)
_item_file = msgspec.json.Decoder(_ItemFile)


class Batch(msgspec.Struct, frozen=True):
    """The records of a log file or of JSON Lines, or the items of a snapshot; only their heads were read.

    What holds nothing that a rule listens to is never taken apart at all.

    Attributes:
        heads: one for each record, in order.
        data: the JSON, or the lines of it.
        origin: which file.
        account_id: the account that an envelope around it names.
        unit: what one of them is there.
        first: the number of the first one there.
    """

    heads: list[Head] | list[ItemHead]
    data: Json | list[bytes]
    origin: Origin
    account_id: str | None = None
    unit: Unit = "record"
    first: int = 1

    @property
    def message_id(self) -> str | None:
        """The invoker's id of the message that brought it, if there is one."""
        return self.origin.message_id

    @property
    def kind(self) -> Kind:
        """What its records are."""
        return "configuration item" if self.unit == "item" else "event"

    def records(self, numbers: Iterable[int] | None = None) -> list[Record]:
        """Take it apart into its records.

        Args:
            numbers: which of them to return, counted from 0; all if left out.
        """
        origin, account_id, unit, first, kind = self.origin, self.account_id, self.unit, self.first, self.kind
        raws = self._raws()
        wanted = range(len(raws)) if numbers is None else numbers
        return [Record(raws[n], origin, (unit, first + n), account_id, None, kind) for n in wanted]

    def _raws(self) -> Sequence[Json]:
        if isinstance(self.data, list):
            return self.data
        return split(self.data) if self.unit == "record" else split_items(self.data)


def split(data: Json) -> list[Raw]:
    """Take a document's JSON apart into its ``Records``, whatever each of them is.

    Raises:
        ValueError, RecursionError: when it is not JSON, or has no ``Records``.
    """
    return _log_file.decode(data).records


def split_items(data: Json) -> list[Raw]:
    """Take a document's JSON apart into its ``configurationItems``, whatever each of them is.

    Raises:
        ValueError, RecursionError: when it is not JSON, or has no ``configurationItems``.
    """
    return _item_file.decode(data).items


class ObjectRef(msgspec.Struct, frozen=True):
    """An object in S3 that a message names: it is still to be fetched.

    Attributes:
        bucket: its bucket.
        key: its key as S3 knows it, not URL-encoded.
        version_id: which version; None for the current one.
        origin: the message that names it.
    """

    bucket: str
    key: str
    version_id: str | None = None
    origin: Origin = Origin()

    @property
    def message_id(self) -> str | None:
        """The invoker's id of the message that brought it, if there is one."""
        return self.origin.message_id

    @property
    def inner(self) -> Origin:
        """The origin of what is in the object: ``… > s3://bucket/key``."""
        version = f"?versionId={self.version_id}" if self.version_id else ""
        return self.origin / f"s3://{self.bucket}/{self.key}{version}"

    @property
    def place(self) -> str:
        """That as text."""
        return str(self.inner)


class OversizedItem(msgspec.Struct, frozen=True):
    """A configuration item that was too large for its notification: it is still to be fetched.

    Attributes:
        summary: what the notification says of the item, which is all but its configuration.
    """

    summary: Record

    @property
    def place(self) -> str:
        """Its origin path as text."""
        return self.summary.place

    @property
    def message_id(self) -> str | None:
        """The invoker's id of the message that brought it, if there is one."""
        return self.summary.message_id


class Ignored(msgspec.Struct, frozen=True):
    """Something AWS delivers that holds no event, and why it was set aside.

    Attributes:
        origin: its origin path.
        reason: why.
        message_id: the invoker's id of the message that brought it, if there is one.
    """

    origin: str
    reason: str
    message_id: str | None = None


class DecodeFailure(msgspec.Struct, frozen=True):
    """A record, or the rest of a payload, that could not be read and never will be.

    Attributes:
        origin: its origin path.
        error: what was wrong, without any of the record's content.
        data: the bytes, for whoever wants to look or try again.
        message_id: the invoker's id of the message that brought it, if there is one.
    """

    origin: str
    error: str
    data: bytes
    message_id: str | None = None


class ReadFailure(msgspec.Struct, frozen=True):
    """An input that could not be opened or read: a folder that does not exist, say.

    Attributes:
        origin: its origin path.
        error: what was wrong.
        message_id: the invoker's id of the message that named it, if there is one.
        transient: whether to try again may help: S3 was busy, say.
    """

    origin: str
    error: str
    message_id: str | None = None
    transient: bool = False


Decoded = Record | Batch | ObjectRef | OversizedItem | Ignored | DecodeFailure
"""What decoding yields."""
