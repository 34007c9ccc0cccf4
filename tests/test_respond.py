"""What each invoker is answered, given what became of its messages."""

from __future__ import annotations

from typing import Any

import pytest

from trailguard.errors import UnfinishedError
from trailguard.respond import Fates, respond
from trailguard.settings import Answers
from trailguard.testing import cloudtrail_event, firehose_event, kinesis_event, sqs_event

EVENT = cloudtrail_event("ec2:RunInstances")
SUMMARY = {"verdicts": 1}


def fates(*failed: str | None, matched: tuple[str, ...] = (), empty: tuple[str, ...] = ()) -> Fates:
    """Say which messages failed, held a violation, or held no event at all."""
    made = Fates()
    for message_id in failed:
        made[message_id].problems.append(f"{message_id} is not done")
    for message_id in matched:
        made[message_id].is_matched = made[message_id].has_events = True
    for message_id in empty:
        made[message_id].has_events = False
    return made


def unmatched(*message_ids: str) -> Fates:
    made = Fates()
    for message_id in message_ids:
        made[message_id].has_events = True
    return made


def answer(event: Any, became: Fates, **answers: Any) -> Any:
    return respond(event, became, SUMMARY, Answers(**answers))


def sqs(*message_ids: str | None, fifo: bool = False) -> dict[str, Any]:
    batch = sqs_event([EVENT for _ in message_ids], fifo=fifo)
    for record, message_id in zip(batch["Records"], message_ids, strict=True):
        record["messageId"] = message_id
    return dict(batch)


def kinesis(*numbers: str) -> dict[str, Any]:
    batch = kinesis_event([EVENT for _ in numbers])
    for record, number in zip(batch["Records"], numbers, strict=True):
        record["kinesis"]["sequenceNumber"] = number
    return dict(batch)


def failures(*message_ids: str) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": one} for one in message_ids]}


# SQS and Kinesis


@pytest.mark.parametrize(
    ("event", "failed", "again"),
    [
        (sqs("a", "b", "c"), (), ()),
        (sqs("a", "b", "c"), ("b",), ("b",)),
        (sqs("a", "b", "c"), ("c", "a"), ("a", "c")),
        (sqs("a", "b", "c"), ("a", "b", "c"), ("a", "b", "c")),
        (sqs("a"), ("a",), ("a",)),
        (sqs("a", "b", "c", fifo=True), (), ()),
        (sqs("a", "b", "c", fifo=True), ("b",), ("b", "c")),
        (sqs("a", "b", "c", fifo=True), ("c",), ("c",)),
        (sqs("a", "b", "c", fifo=True), ("c", "a"), ("a", "b", "c")),
        (kinesis("98", "99", "100"), (), ()),
        (kinesis("98", "99", "100"), ("100",), ("100",)),
        (kinesis("98", "99", "100"), ("100", "99"), ("99",)),
        (kinesis("100", "99", "98"), ("100", "99"), ("99",)),
    ],
)
def test_batch_is_told_which_to_deliver_again(
    event: dict[str, Any], failed: tuple[str, ...], again: tuple[str, ...]
) -> None:
    """Of a FIFO queue, all after the first that failed; of Kinesis, the lowest, as a number."""
    assert answer(event, fates(*failed)) == failures(*again)


def test_batch_without_records_around_it_is_answered_alike() -> None:
    """As EventBridge Pipes hands it over."""
    assert answer(sqs("a", "b")["Records"], fates("b")) == failures("b")


@pytest.mark.parametrize(
    ("event", "failed"),
    [
        (sqs("a", "b"), None),
        (sqs("a", "b"), "somebody else's"),
        (sqs("a", None), None),
        ({"Records": [7, *sqs("a")["Records"]]}, None),
        (kinesis("1", "2"), None),
    ],
    ids=["of none", "unknown", "without id", "no message", "kinesis"],
)
def test_failure_without_an_id_has_the_whole_batch_delivered_again(event: Any, failed: str | None) -> None:
    """An answer that left it out would have it deleted."""
    with pytest.raises(UnfinishedError, match="is not done"):
        answer(event, fates("a", failed))


@pytest.mark.parametrize("event", [sqs("a", "b"), kinesis("1", "2")], ids=["sqs", "kinesis"])
def test_queue_that_reads_no_answer_gets_an_exception(event: dict[str, Any]) -> None:
    """Without ReportBatchItemFailures, Lambda takes any answer for success."""
    with pytest.raises(UnfinishedError):
        answer(event, fates("a", "1"), partial_batches=False)

    assert answer(event, fates(), partial_batches=False) == SUMMARY


# Firehose


FIREHOSE = firehose_event([EVENT, b"second", b"third"])
FIRST, SECOND, THIRD = (record["recordId"] for record in FIREHOSE["records"])


def results(answered: Any) -> list[str]:
    return [record["result"] for record in answered["records"]]


def test_firehose_gets_every_record_back_once_and_unchanged() -> None:
    answered = answer(FIREHOSE, unmatched(FIRST, SECOND, THIRD))

    assert answered == {
        "records": [
            {"recordId": record["recordId"], "result": "Ok", "data": record["data"]}
            for record in FIREHOSE["records"]
        ]
    }


@pytest.mark.parametrize(
    ("choice", "expected"),
    [("keep", ["Ok", "Ok", "ProcessingFailed"]), ("drop", ["Ok", "Dropped", "ProcessingFailed"])],
)
def test_records_without_a_violation_are_kept_or_dropped(choice: str, expected: list[str]) -> None:
    """As the settings say. Failed ones go where Firehose keeps what failed."""
    became = unmatched(SECOND)
    became.update(fates(THIRD, matched=(FIRST,)))

    assert results(answer(FIREHOSE, became, firehose_unmatched=choice)) == expected


def test_record_that_holds_no_event_is_dropped() -> None:
    """CloudWatch Logs' control message, say; the settings have no say in it."""
    became = unmatched(FIRST, THIRD)
    became.update(fates(empty=(SECOND,)))

    assert results(answer(FIREHOSE, became)) == ["Ok", "Dropped", "Ok"]


def test_firehose_record_without_an_id_cannot_be_answered() -> None:
    event = {"invocationId": "1", "records": [{"data": "e30="}]}

    with pytest.raises(UnfinishedError):
        answer(event, fates(None))


# All others


@pytest.mark.parametrize(
    "event",
    [
        EVENT.as_cloudwatch_logs(),
        EVENT.as_eventbridge(),
        EVENT.as_sns(),
        EVENT.as_s3_notification(),
        EVENT.as_record(),
        EVENT.as_log_file(),
        [EVENT.raw],
        b"{}",
        "{}",
    ],
    ids=["logs", "eventbridge", "sns", "s3", "record", "log file", "array", "bytes", "text"],
)
def test_others_get_a_summary_or_an_exception(event: Any) -> None:
    assert answer(event, fates()) == SUMMARY
    with pytest.raises(UnfinishedError) as caught:
        answer(event, fates(None, "sns-id"))
    assert caught.value.problems == ("None is not done", "sns-id is not done")


@pytest.mark.parametrize(
    "event",
    [
        {"Records": 7},
        {"Records": [{"eventSource": ["aws:sqs"]}]},
        {"records": [], "invocationId": 7},
        {"records": 7, "invocationId": ""},
        {"Records": [{"eventSource": "aws:kinesis", "kinesis": 7}]},
    ],
)
def test_odd_event_raises_nothing_else(event: Any) -> None:
    """Whatever it is, what is not done is not lost."""
    with pytest.raises(UnfinishedError):
        answer(event, fates("a"))
