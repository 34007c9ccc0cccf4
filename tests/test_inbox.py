"""What was told is read back out of whatever brought it."""

from __future__ import annotations

import base64
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from notices import failures, json_objects, verdicts
from trailguard import Severity, Verdict
from trailguard.errors import UnfinishedError
from trailguard.inbox import handle_verdicts, messages_from, verdicts_from
from trailguard.message import to_json
from trailguard.record import DecodeFailure, ReadFailure
from trailguard.report import DeadLetter
from trailguard.testing import cloudtrail_event, sns_event, sqs_event
from trailguard.verdict import Compliance, RuleFailure, verdict_id

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trailguard.report import Failure, Notice

FAILURE = RuleFailure("igw-attached", "event-1", "RunInstances", "a.json > record 1", "KeyError: 'x'")


def verdict(number: int = 1, **changes: Any) -> Verdict:
    return Verdict(
        **{
            "id": verdict_id("igw-attached", f"event-{number}", "igw-0example"),
            "rule_id": "igw-attached",
            "compliance": Compliance.NON_COMPLIANT,
            "severity": Severity.HIGH,
            "title": "Internet gateway attached",
            "reason": f"igw-{number} is attached",
            "evidence": {"vpc_id": "vpc-0example"},
            **changes,
        }
    )


def changed(**changes: Any) -> str:
    """Write a message as trailguard does, but for some of its keys."""
    return json.dumps(json.loads(to_json(verdict())) | changes)


def on_a_bus(line: str) -> dict[str, Any]:
    return {
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": "trailguard verdict",
        "source": "trailguard",
        "account": "111122223333",
        "time": "2026-03-02T09:00:00Z",
        "region": "eu-west-1",
        "resources": [],
        "detail": json.loads(line),
    }


def posted(body: str, *, encoded: bool = False) -> dict[str, Any]:
    """Make what API Gateway, or the function's own URL, passes to a function."""
    body = base64.b64encode(body.encode()).decode() if encoded else body
    return {
        "version": "2.0",
        "routeKey": "$default",
        "headers": {"content-type": "application/json"},
        "requestContext": {"http": {"method": "POST", "path": "/verdicts"}},
        "body": body,
        "isBase64Encoded": encoded,
    }


# How one message comes.
CARRIERS: dict[str, Callable[[str], Any]] = {
    "text": str,
    "bytes": str.encode,
    "byte order mark": "\ufeff{}".format,
    "object": json.loads,
    "array": "[{}]".format,
    "json lines": "{}\n".format,
    "sqs": lambda line: sqs_event([line]),
    "sqs fifo": lambda line: sqs_event([line], fifo=True),
    "sns": sns_event,
    "sns in sqs": lambda line: sqs_event([sns_event(line)]),
    "sns in sqs, raw": lambda line: sqs_event([sns_event(line, raw_delivery=True)]),
    "eventbridge": on_a_bus,
    "eventbridge in sqs": lambda line: sqs_event([json.dumps(on_a_bus(line))]),
    "eventbridge in sns in sqs": lambda line: sqs_event([sns_event(json.dumps(on_a_bus(line)))]),
    "pipe": lambda line: sqs_event([line])["Records"],
    "webhook": posted,
    "webhook, an array in base64": lambda line: posted(f"[{line}]", encoded=True),
}
# How several come at once.
BATCHES: dict[str, Callable[[Sequence[str]], Any]] = {
    "array": lambda lines: f"[{','.join(lines)}]",
    "list": list,
    "json lines": "\n".join,
    "json lines with others": "\r\n\n".join,
    "sqs": sqs_event,
    "arrays in sqs": lambda lines: sqs_event(f"[{line}]" for line in lines),
    "webhook": lambda lines: posted("\n".join(lines)),
}

each_carrier = pytest.mark.parametrize("carrier", CARRIERS)


def not_done(error: pytest.ExceptionInfo[UnfinishedError]) -> list[str]:
    return list(error.value.problems)


# Verdicts


@each_carrier
@settings(max_examples=20)
@given(told=verdicts)
def test_verdict_is_read_back_as_it_was(carrier: str, told: Verdict) -> None:
    assert list(verdicts_from(CARRIERS[carrier](to_json(told)))) == [told]


@pytest.mark.parametrize("batch", BATCHES)
@settings(max_examples=20)
@given(told=st.lists(verdicts, min_size=2, max_size=4))
def test_verdicts_are_read_back_in_order(batch: str, told: list[Verdict]) -> None:
    assert list(verdicts_from(BATCHES[batch]([to_json(one) for one in told]))) == told


@pytest.mark.parametrize("event", [{"Records": []}, [], "[]"], ids=str)
def test_nothing_is_no_problem(event: Any) -> None:
    """A near miss: an empty text is none."""
    assert list(verdicts_from(event)) == []
    with pytest.raises(UnfinishedError, match="payload: empty"):
        list(verdicts_from(" \n"))


@given(told=verdicts, added=json_objects)
def test_keys_that_nobody_knows_are_ignored(told: Verdict, added: dict[str, Any]) -> None:
    """Later versions may add some: to the message, and to who acted."""
    content = json.loads(to_json(told))
    content |= {f"later {key}": value for key, value in added.items()}
    content["actor"] |= {"later": added}

    assert list(verdicts_from(content)) == [told]


def test_keys_that_came_later_may_be_missing() -> None:
    """Earlier versions wrote fewer."""
    needed = ("schema", "id", "rule_id", "compliance", "severity", "title", "reason")
    content = json.loads(to_json(verdict()))

    [read] = verdicts_from({key: content[key] for key in needed})

    assert read == verdict(evidence={})


def test_shortened_verdict_says_so() -> None:
    """It is a verdict; what is missing is its evidence."""
    large, small = verdict(evidence={"policy": "x" * 9_000}), verdict()
    event = sqs_event([to_json(large, max_bytes=4_096), to_json(small, max_bytes=4_096)])

    assert list(verdicts_from(event)) == [verdict(evidence={}), small]
    assert [message.is_truncated for message in messages_from(event)] == [True, False]


# Failures


def as_told(failure: Failure) -> Failure:
    """Return what can be known of a failure that was told: bytes are told of dead letters alone."""
    is_without_bytes = isinstance(failure, DecodeFailure) and not isinstance(failure, DeadLetter)
    return replace(failure, data=b"") if is_without_bytes else failure


@each_carrier
@settings(max_examples=20)
@given(failed=failures)
def test_failure_is_read_back_if_asked_for(carrier: str, failed: Failure) -> None:
    event = CARRIERS[carrier](to_json(failed))

    assert list(verdicts_from(event)) == []
    assert list(verdicts_from(event, failures=True)) == [as_told(failed)]


def test_verdicts_and_failures_keep_their_order() -> None:
    told: list[Notice] = [verdict(1), FAILURE, verdict(2)]
    event = sqs_event(map(to_json, told))

    assert list(verdicts_from(event, failures=True)) == told
    assert list(verdicts_from(event)) == [told[0], told[2]]


def test_bytes_of_a_dead_letter_can_be_judged_again() -> None:
    letter = DeadLetter("sqs 059f", "not JSON", cloudtrail_event("ec2:RunInstances").content[:-1])

    [read] = verdicts_from(sqs_event([to_json(letter)]), failures=True)

    assert read == letter


def test_kind_of_failure_that_came_later_is_a_failure() -> None:
    """Nobody who asks for failures misses it; nobody else is bothered."""
    content = json.loads(to_json(FAILURE)) | {"kind": "store-failure"}

    assert list(verdicts_from(content, failures=True)) == [
        ReadFailure("a.json > record 1", "store-failure: KeyError: 'x'")
    ]
    assert list(verdicts_from(content)) == []


# What is something else

FOREIGN = "not a message of trailguard's: it has no schema"
NEWER = "and this version of trailguard reads trailguard/verdict/1; upgrade trailguard here"
PROBLEMS = {
    "": "empty",
    "hello": "not JSON: JSON is malformed",
    to_json(verdict())[:-1]: "not JSON: Input data was truncated",
    to_json(verdict()).replace(",", ",\n")[:-1]: "not JSON: Input data was truncated",
    "[" * 100_000: "not JSON: maximum recursion depth exceeded",
    "5": "not a message of trailguard's: no JSON object",
    "null": "not a message of trailguard's: no JSON object",
    "{}": FOREIGN,
    '{"schema": 1}': FOREIGN,
    '{"Records": {}}': FOREIGN,
    json.dumps(cloudtrail_event("ec2:RunInstances").raw): FOREIGN,
    json.dumps({"detail-type": "Scheduled Event", "source": "aws.events", "detail": {}}): FOREIGN,
    json.dumps({"eventSource": "aws:kinesis", "kinesis": {"data": ""}}): FOREIGN,
    json.dumps({"EventSource": "aws:sns", "Sns": {"MessageId": "m-1"}}): FOREIGN,
    json.dumps({"Type": "SubscriptionConfirmation", "TopicArn": "arn:aws:sns:x", "Message": "You have"}): (
        "an SNS SubscriptionConfirmation, which somebody has to answer"
    ),
    changed(schema="acme/verdict/1"): "not a message of trailguard's: its schema is acme/verdict/1",
    changed(schema="trailguard/verdict/new"): "its schema is trailguard/verdict/new",
    changed(schema="trailguard/verdict/2"): f"its schema is trailguard/verdict/2, {NEWER}",
    changed(schema="trailguard/verdict/11"): f"its schema is trailguard/verdict/11, {NEWER}",
    changed(schema="trailguard/failure/2"): "and this version of trailguard reads trailguard/failure/1",
    changed(schema="trailguard/failure/1", event_name=""): "damaged: Object missing required field `kind`",
    changed(severity="terrible"): "damaged: Invalid enum value 'terrible' - at `$.severity`",
    changed(severity="\x1b[2J" * 500): "damaged: Invalid enum value '\\x1b[2J",
    changed(id=None): "damaged: Expected `str`, got `null` - at `$.id`",
    changed(event_time="yesterday"): "damaged: Invalid RFC3339 encoded datetime - at `$.event_time`",
    changed(actor="alice"): "damaged: Expected `object`, got `str` - at `$.actor`",
    changed(schema="x" * 9_000): "its schema is xxx",
    changed(schema="trailguard/failure/1", kind="dead-letter", error="", data="#"): "damaged: ",
}


@pytest.mark.parametrize("carrier", ["text", "sqs", "sns", "sns in sqs", "webhook"])
@pytest.mark.parametrize(("text", "problem"), PROBLEMS.items(), ids=[ascii(text)[:40] for text in PROBLEMS])
def test_message_that_tells_nothing_is_an_error_that_says_why(carrier: str, text: str, problem: str) -> None:
    """Verdicts and failures alike may be lost with it, so it makes no difference what was asked for."""
    event = CARRIERS[carrier](text)

    for found in (verdicts_from(event), verdicts_from(event, failures=True)):
        with pytest.raises(UnfinishedError, match=r"^1 not done:\n- ") as error:
            list(found)
        [told] = not_done(error)
        assert problem in told
        assert told.isprintable()
        assert len(told) < 600


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        (b"\xff{}", "payload: not text in UTF-8"),
        ("\ud800", "payload: not JSON: "),
        ({"Records": [{"eventSource": "aws:sqs", "messageId": "m-1"}]}, "sqs m-1: not a message"),
        (posted("#") | {"isBase64Encoded": True}, "payload: not base64, as isBase64Encoded says"),
        ({"Records": [{"eventSource": "aws:s3", "s3": {}}]}, f"record 1: {FOREIGN}"),
        ([[{}]], f"message 1 > message 1: {FOREIGN}"),
    ],
    ids=ascii,
)  # fmt: skip
def test_event_that_tells_nothing_is_an_error_that_says_why(event: Any, problem: str) -> None:
    with pytest.raises(UnfinishedError) as error:
        list(verdicts_from(event))

    assert not_done(error)[0].startswith(problem)


def test_lists_in_lists_come_to_an_end() -> None:
    nested: list[Any] = []
    for _ in range(2_000):
        nested = [nested]

    with pytest.raises(UnfinishedError, match="message 1 > message 1: it is wrapped too deeply"):
        list(verdicts_from(nested))


def test_damaged_message_is_named_and_costs_no_other() -> None:
    """What can be read is read before the error is raised."""
    event = sqs_event([to_json(verdict(1)), "hello", sns_event("{}"), to_json(verdict(2))])
    ids = [record["messageId"] for record in event["Records"]]
    read: list[Verdict] = []

    with pytest.raises(UnfinishedError) as error:
        read.extend(verdicts_from(event))

    assert read == [verdict(1), verdict(2)]
    assert not_done(error)[0].startswith(f"sqs {ids[1]}: not JSON")
    assert not_done(error)[1:] == [f"sqs {ids[2]} > sns: {FOREIGN}"]


@pytest.mark.parametrize("order", [0, 1, 2])
def test_damaged_line_is_named_and_costs_no_other(order: int) -> None:
    lines = [to_json(verdict(1)), to_json(verdict(2))]
    lines.insert(order, '{"cut o')

    messages = list(messages_from("\n".join(lines)))

    assert [message.notice for message in messages if message.notice] == [verdict(1), verdict(2)]
    assert str(messages[order]) == f"line {order + 1}: not JSON: Input data was truncated"


@given(st.text() | st.binary() | json_objects | st.lists(json_objects))
def test_anything_is_a_message_or_a_problem(event: Any) -> None:
    """Nothing else is raised, and nothing is passed over."""
    messages = list(messages_from(event))

    assert messages or event == []
    assert all(message.notice is None and message.problem for message in messages)


# Acting on verdicts


class Acting:
    """Keeps the verdicts it is called with; raises for some.

    Args:
        failing: for which, by the number that they were made with.
    """

    def __init__(self, *failing: int) -> None:
        self.acted: list[Verdict] = []
        self._failing = [verdict(number) for number in failing]

    def __call__(self, found: Verdict) -> None:
        if found in self._failing:
            raise ConnectionError("EC2 is\nbusy")
        self.acted.append(found)


def of_queue(*numbers: int, fifo: bool = False) -> tuple[dict[str, Any], list[str]]:
    event = sqs_event([to_json(verdict(number)) for number in numbers], fifo=fifo)
    return event, [record["messageId"] for record in event["Records"]]


def again(*ids: str) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": one} for one in ids]}


def test_queue_is_told_which_messages_are_not_done(caplog: pytest.LogCaptureFixture) -> None:
    """One that fails stops no other, and its error is logged in one line, with the way there."""
    event, ids = of_queue(1, 2, 3)
    act = Acting(2)

    with caplog.at_level(logging.WARNING, "trailguard"):
        answer = handle_verdicts(event, act)

    assert answer == again(ids[1])
    assert act.acted == [verdict(1), verdict(3)]
    assert caplog.messages == [f"not done: sqs {ids[1]}: ConnectionError: EC2 is\\nbusy"]
    assert caplog.records[0].exc_info


def test_queue_whose_messages_are_done_is_told_so() -> None:
    event, _ = of_queue(1, 2)

    assert handle_verdicts(event, Acting()) == again()


def test_fifo_queue_delivers_again_what_came_after() -> None:
    event, ids = of_queue(1, 2, 3, fifo=True)

    assert handle_verdicts(event, Acting(2)) == again(*ids[1:])


def test_message_that_cannot_be_read_comes_again() -> None:
    """Until its queue gives up, and keeps it in a dead-letter queue."""
    event = sqs_event([to_json(verdict(1)), "hello", to_json(FAILURE)])
    act = Acting()

    assert handle_verdicts(event, act) == again(event["Records"][1]["messageId"])
    assert act.acted == [verdict(1)]


def test_queue_that_takes_no_partial_answer_gets_an_exception() -> None:
    event, ids = of_queue(1, 2)
    act = Acting(1)

    with pytest.raises(UnfinishedError, match=f"sqs {ids[0]}: ConnectionError"):
        handle_verdicts(event, act, partial_batches=False)

    assert act.acted == [verdict(2)]


@pytest.mark.parametrize("carrier", ["sns", "eventbridge", "webhook", "text"])
def test_others_get_a_summary_or_an_exception(carrier: str) -> None:
    event = CARRIERS[carrier](to_json(verdict(1)))

    assert handle_verdicts(event, Acting()) == {"verdicts": 1}
    with pytest.raises(UnfinishedError, match=r"ConnectionError: EC2 is\\nbusy"):
        handle_verdicts(event, Acting(1))


def test_failures_are_not_acted_on() -> None:
    act = Acting()

    assert handle_verdicts(sns_event(to_json(FAILURE)), act) == {"verdicts": 0}
    assert act.acted == []
