"""Reads back what was told: for whoever acts on verdicts, in a Lambda function or anywhere else.

Messages are taken out of whatever brings them: an SQS queue, an SNS topic, an EventBridge bus, a webhook, in
one another or not. What is no message of trailguard's is said, and never passed over.

Sources: "Using Lambda with Amazon SQS" and "with Amazon SNS" in the AWS Lambda developer guide; "Parsing
Amazon SNS message formats" in the Amazon SNS developer guide; "Working with AWS Lambda proxy integrations for
HTTP APIs" in the Amazon API Gateway developer guide.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, overload

import msgspec

from trailguard.errors import DecodingError, UnfinishedError
from trailguard.message import FAILURE_SCHEMA, VERDICT_SCHEMA
from trailguard.record import DecodeFailure, Origin, ReadFailure, printable
from trailguard.report import DeadLetter, Failure, Notice
from trailguard.respond import Fates, respond
from trailguard.settings import Answers
from trailguard.verdict import PluginFailure, RuleFailure, Verdict

__all__ = ["Delivered", "Message", "handle_verdicts", "messages_from", "verdicts_from"]

Delivered = bytes | str | Mapping[str, Any] | Sequence[Any]
"""What brings messages: text, or the object that AWS Lambda passes to a handler."""

log = logging.getLogger("trailguard")

_DEPTH: Final = 16  # EventBridge in SNS in SQS opens in eight steps
_SHOWN: Final = 200
_BOM: Final = "\ufeff"


class Message(msgspec.Struct, frozen=True):
    """A message, or what was found in its place.

    Attributes:
        origin: which one, and what brought it; ``origin.message_id`` is the invoker's id of it.
        notice: the verdict or failure that it tells; None if it tells none.
        is_truncated: whether it was too large for its channel, and lost its evidence and the ends of texts.
        problem: why it tells nothing; empty if it does.
    """

    origin: Origin
    notice: Notice | None = None
    is_truncated: bool = False
    problem: str = ""

    def __str__(self) -> str:
        return f"{self.origin}: {self.problem}" if self.problem else str(self.origin)


class _Failure(msgspec.Struct):
    """What messages say of failures of all kinds."""

    kind: str
    origin: str
    error: str
    rule_id: str = ""
    event_id: str | None = None
    event_name: str = ""
    plugin: str = ""
    data: bytes = b""


@overload
def verdicts_from(event: Delivered) -> Iterator[Verdict]: ...
@overload
def verdicts_from(event: Delivered, *, failures: Literal[True]) -> Iterator[Notice]: ...
def verdicts_from(event: Delivered, *, failures: bool = False) -> Iterator[Notice]:
    """Read verdicts back, as they were judged. A shortened one is a verdict, too, without its evidence.

    Args:
        event: what AWS Lambda passes to a handler; or the text that a webhook gets, or that a file holds:
            one message, an array of them, or one a line.
        failures: whether to yield failures, too: what could not be read or judged. They are left out
            otherwise.

    Yields:
        The verdicts, in the order in which they came. Keys that this version of trailguard does not know are
        ignored; optional ones may be missing.

    Raises:
        UnfinishedError: after the last one, when there is something else among them: a damaged message, one
            of a newer schema, or one that is not trailguard's at all. It names each, and says why.
    """
    problems: list[str] = []
    for message in messages_from(event):
        if message.notice is None:
            problems.append(str(message))
        elif failures or isinstance(message.notice, Verdict):
            yield message.notice
    if problems:
        raise UnfinishedError(problems)


def handle_verdicts(
    event: Delivered, act: Callable[[Verdict], object], *, partial_batches: bool = True
) -> dict[str, Any]:
    """Act on each verdict that invoked a Lambda function, and answer. One never stops another.

    Failures are passed over. A message may come twice, so to act on a verdict again must do no harm.

    Args:
        event: what AWS Lambda passed to the handler.
        act: is called with each verdict. What it raises is logged: the message is not done.
        partial_batches: whether the queue's event source mapping has ``ReportBatchItemFailures``.

    Returns:
        For SQS, the messages that are to come again: ``{"batchItemFailures": [...]}``. For others, how many
        verdicts were acted on: ``{"verdicts": 1}``.

    Raises:
        UnfinishedError: when something is not done, and the invoker takes no answer that says so; after
            everything else was.
    """
    fates = Fates()
    acted = 0
    for message in messages_from(event):
        if message.notice is None:
            _not_done(fates, message, message.problem)
        elif isinstance(message.notice, Verdict):
            try:
                act(message.notice)
                acted += 1
            except Exception as error:  # noqa: BLE001  # it may raise anything; the others go on
                _not_done(fates, message, f"{type(error).__name__}: {printable(error)}", error)
    return respond(event, fates, {"verdicts": acted}, Answers(partial_batches=partial_batches))


def messages_from(event: Delivered) -> Iterator[Message]:
    """Take all messages out of what brings them, whatever they are.

    Args:
        event: as for `verdicts_from`.

    Yields:
        Each message, in order; in the place of what is none, a `Message` that says why.
    """
    return _opened(event, Origin(), _DEPTH)


def _not_done(fates: Fates, message: Message, problem: str, error: Exception | None = None) -> None:
    fates[message.origin.message_id].problems.append(f"{message.origin}: {problem}")
    log.warning("not done: %s: %s", message.origin, problem, exc_info=error)


def _opened(value: object, origin: Origin, depth: int) -> Iterator[Message]:
    """Yield the messages in a value, by its shape."""
    if depth == 0:
        yield Message(origin, problem="it is wrapped too deeply")
    elif isinstance(value, str | bytes | bytearray):
        yield from _read(value, origin, depth - 1)
    elif isinstance(value, list | tuple):
        yield from _each("message", value, origin, depth - 1)
    elif not isinstance(value, Mapping):
        yield Message(origin, problem="not a message of trailguard's: no JSON object")
    elif isinstance(value.get("schema"), str):
        yield _told(dict(value), origin)
    elif isinstance(value.get("Records"), list | tuple):
        yield from _each("record", value["Records"], origin, depth - 1)
    else:
        try:
            inner, at = _carried(value, origin)
        except DecodingError as error:
            yield Message(origin, problem=str(error))
        else:
            yield from _opened(inner, at, depth - 1)


def _each(unit: str, parts: Iterable[object], origin: Origin, depth: int) -> Iterator[Message]:
    """Yield the messages in each of several values; those that have an id are known by it."""
    for number, part in enumerate(parts, 1):
        has_id = isinstance(part, Mapping) and ("messageId" in part or "Sns" in part)
        yield from _opened(part, origin if has_id else origin / f"{unit} {number}", depth)


def _carried(carrier: Mapping[str, Any], origin: Origin) -> tuple[object, Origin]:
    """Return what a message of another service carries, and the origin of that.

    Raises:
        DecodingError: when it is none, or carries nothing.
    """
    match carrier:
        case {"eventSource": "aws:sqs", "messageId": message_id}:
            return carrier.get("body"), origin.message("sqs", str(message_id))
        case {"EventSource": "aws:sns", "Sns": {"MessageId": message_id, "Message": inner}}:
            return inner, origin.message("sns", str(message_id))
        case {"Type": str(kind), "TopicArn": _} if kind.endswith("Confirmation"):
            raise DecodingError(f"an SNS {printable(kind[:_SHOWN])}, which somebody has to answer")
        case {"Type": "Notification", "TopicArn": _, "Message": inner}:
            return inner, origin / "sns"
        case {"detail-type": _, "detail": inner}:
            return inner, origin / f"eventbridge {carrier.get('id')}"
        case {"requestContext": _, "body": str(body)}:
            return _sent(body, is_base64=carrier.get("isBase64Encoded") is True), origin / "webhook"
    raise DecodingError("not a message of trailguard's: it has no schema")


def _read(text: str | bytes | bytearray, origin: Origin, depth: int) -> Iterator[Message]:
    """Yield the messages in a text: one JSON value, or one a line."""
    try:
        plain = (text if isinstance(text, str) else text.decode()).removeprefix(_BOM)
    except UnicodeDecodeError:
        yield Message(origin, problem="not text in UTF-8")
        return
    try:
        value = msgspec.json.decode(plain)
    except (ValueError, RecursionError) as error:
        lines = {number: line for number, line in enumerate(plain.split("\n"), 1) if line.strip()}
        if len(lines) > 1 and any(map(_is_object, lines.values())):
            for number, line in lines.items():
                yield from _opened(line, origin / f"line {number}", depth)
        else:
            yield Message(origin, problem=f"not JSON: {error}" if lines else "empty")
    else:
        yield from _opened(value, origin, depth)


def _is_object(line: str) -> bool:
    try:
        return isinstance(msgspec.json.decode(line), dict)
    except (ValueError, RecursionError):
        return False


def _sent(body: str, *, is_base64: bool) -> str | bytes:
    """Return the body of a request as it was sent: API Gateway passes what it takes for no text in base64."""
    try:
        return base64.b64decode(body, validate=True) if is_base64 else body
    except ValueError:
        raise DecodingError("not base64, as isBase64Encoded says") from None


def _told(content: dict[str, Any], origin: Origin) -> Message:
    """Return what a message tells."""
    schema = content["schema"]
    try:
        if schema == VERDICT_SCHEMA:
            notice: Notice = msgspec.convert(content, Verdict)
        elif schema == FAILURE_SCHEMA:
            notice = _failure(msgspec.convert(content, _Failure))
        else:
            return Message(origin, problem=_unknown(schema))
    except ValueError as error:
        return Message(origin, problem=f"damaged: {printable(str(error)[:_SHOWN])}")
    return Message(origin, notice, content.get("truncated") is True)


def _failure(told: _Failure) -> Failure:
    """Return a failure as it was, without what is not told of it."""
    match told.kind:
        case "rule-failure":
            return RuleFailure(told.rule_id, told.event_id, told.event_name, told.origin, told.error)
        case "plugin-failure":
            return PluginFailure(told.plugin, told.error)
        case "dead-letter":
            return DeadLetter(told.origin, told.error, told.data)
        case "decode-failure":
            return DecodeFailure(told.origin, told.error, b"")
        case "read-failure":
            return ReadFailure(told.origin, told.error)
        case later:  # kinds may be added, and nobody shall miss one of them
            return ReadFailure(told.origin, f"{later}: {told.error}")


def _unknown(schema: str) -> str:
    """Say what a schema is that is not read."""
    name, _, version = schema.rpartition("/")
    for known in (VERDICT_SCHEMA, FAILURE_SCHEMA):
        if name == known.rpartition("/")[0] and version.isdecimal():
            return (
                f"its schema is {printable(schema[:_SHOWN])}, and this version of trailguard reads {known};"
                " upgrade trailguard here"
            )
    return f"not a message of trailguard's: its schema is {printable(schema[:_SHOWN])}"
