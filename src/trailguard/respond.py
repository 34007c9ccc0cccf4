"""What each invoker of a Lambda function is owed: partial batch responses, Firehose's records, a summary.

SQS and Kinesis are told which messages to deliver again; Firehose gets each of its records back. All others
get a summary if everything is done, and an exception if not, so that Lambda tries again or hands the event to
a dead-letter queue: what invoked the function asynchronously reads no answer, and Lambda does not say whether
somebody waits for one.

Sources: "Reporting batch item failures" for Amazon SQS and for Kinesis in the AWS Lambda developer guide;
"Transform source data in Amazon Data Firehose" in the Amazon Data Firehose developer guide.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import msgspec

from trailguard.errors import UnfinishedError

if TYPE_CHECKING:
    from trailguard.settings import Answers

__all__ = ["Fate", "Fates", "respond"]

Answer = dict[str, Any]
Message = dict[str, Any]


class Fate(msgspec.Struct):
    """What became of one message.

    Attributes:
        problems: a line for each thing about it that is not done; empty when all is.
        has_events: whether anything in it was an event.
        is_matched: whether an event in it broke a rule.
    """

    problems: list[str] = []
    has_events: bool = False
    is_matched: bool = False


class Fates(defaultdict[str | None, Fate]):
    """What became of an invocation's messages, by the invoker's ids; None for what belongs to none."""

    def __init__(self) -> None:
        super().__init__(Fate)

    @property
    def problems(self) -> list[str]:
        """All that is not done."""
        return [problem for fate in self.values() for problem in fate.problems]

    @property
    def failed(self) -> set[str | None]:
        """The messages about which something is not done."""
        return {message_id for message_id, fate in self.items() if fate.problems}


def respond(event: object, fates: Fates, summary: Answer, answers: Answers) -> Answer:
    """Answer an invoker in its own terms.

    Args:
        event: what it invoked the function with.
        fates: what became of its messages.
        summary: what happened, for whoever reads it.
        answers: the settings, where there is a choice.

    Returns:
        ``{"batchItemFailures": [...]}`` for SQS and Kinesis, ``{"records": [...]}`` for Firehose; for others
        the summary.

    Raises:
        UnfinishedError: when something is not done, and the invoker takes no answer that says so.
    """
    answer = _answer(event, fates, answers)
    if answer is not None:
        return answer
    if problems := fates.problems:
        raise UnfinishedError(problems)
    return summary


def _answer(event: object, fates: Fates, answers: Answers) -> Answer | None:
    """Return what says of each message whether it is done; None where the invoker takes no such answer."""
    if isinstance(event, dict) and {"invocationId", "records"} <= event.keys():
        records = _objects(event["records"])
        ids = {_text(record, "recordId") for record in records}
        if None in ids:
            raise UnfinishedError([*fates.problems, "a record of Firehose has no recordId to answer by"])
        if fates.failed <= ids:
            return {"records": [_transformed(record, fates, answers) for record in records]}
    elif answers.partial_batches:
        again = _again(_objects(event.get("Records") if isinstance(event, dict) else event), fates.failed)
        if again is not None:
            return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in again]}
    return None


def _again(messages: list[Message], failed: set[str | None]) -> list[str] | None:
    """Return which messages of a batch are to be delivered again.

    None where they are not of SQS or Kinesis, or where something failed that has no id: an answer without it
    would have it deleted.
    """
    senders = {_text(message, "eventSource") for message in messages}
    if "aws:sqs" in senders:
        ids = [_text(message, "messageId") for message in messages]
    elif "aws:kinesis" in senders:
        ids = [_text(_object(message.get("kinesis")), "sequenceNumber") for message in messages]
    else:
        return None
    if not failed <= set(ids) - {None}:
        return None
    known = [message_id for message_id in ids if message_id is not None]
    again = [message_id for message_id in known if message_id in failed]
    if "aws:sqs" not in senders:  # Kinesis delivers everything from the lowest one on
        return sorted(again, key=lambda number: (len(number), number))[:1]
    if again and any(str(message.get("eventSourceARN")).endswith(".fifo") for message in messages):
        return known[known.index(again[0]) :]  # later ones would overtake it
    return again


def _transformed(record: Message, fates: Fates, answers: Answers) -> Message:
    """Return a Firehose record as it is to go on."""
    fate = fates[_text(record, "recordId")]
    if fate.problems:
        result = "ProcessingFailed"  # Firehose keeps it where failed records go
    elif not fate.has_events or (answers.firehose_unmatched == "drop" and not fate.is_matched):
        result = "Dropped"
    else:
        return {"recordId": record["recordId"], "result": "Ok", "data": record.get("data")}
    return {"recordId": record["recordId"], "result": result}


def _objects(value: object) -> list[Message]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list | tuple) else []


def _object(value: object) -> Message:
    return value if isinstance(value, dict) else {}


def _text(message: Message, name: str) -> str | None:
    value = message.get(name)
    return value if isinstance(value, str) and value else None
