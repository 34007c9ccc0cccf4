"""Messages go over HTTP to a server that answers as SQS does, and are read back from it."""

from __future__ import annotations

import base64
import json
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from trailguard import Severity, Verdict
from trailguard.message import to_json
from trailguard.models import Actor
from trailguard.notifiers.sqs import SqsNotifier
from trailguard.notify import Patience, Undelivered
from trailguard.record import DecodeFailure, ReadFailure
from trailguard.report import DeadLetter
from trailguard.testing import DEFAULT_TIME
from trailguard.verdict import Compliance, PluginFailure, RuleFailure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mypy_boto3_sqs import SQSClient

    from trailguard.report import Notice

MIB = 1_048_576
URL = "https://sqs.eu-west-1.amazonaws.com/111122223333/verdicts"
FAILURES = [
    RuleFailure("igw-attached", "event-1", "AttachInternetGateway", "a.json > record 1", "KeyError: 'x'"),
    DecodeFailure("a.json > record 2", "not a JSON object", b"\xff\x00"),
    ReadFailure("s3://amzn-s3-demo-bucket/a.json", "Access Denied"),
    PluginFailure("acme-rules 1.2.3", "cannot be loaded"),
    DeadLetter("sqs 059f", "not JSON", b"\xff\x00"),
]

numbers = count(1)


def verdict(number: int = 1, **changes: Any) -> Verdict:
    return Verdict(
        **{
            "id": f"{number:032x}",
            "rule_id": "internet-gateway-attached",
            "compliance": Compliance.NON_COMPLIANT,
            "severity": Severity.HIGH,
            "title": "Internet gateway attached to a VPC",
            "reason": "the internet gateway igw-0example is attached to vpc-0example",
            "account_id": "111122223333",
            "event_time": DEFAULT_TIME,
            "actor": Actor(type="IAMUser", name="alice"),
            "resource": "igw-0example",
            **changes,
        }
    )


class Queue:
    """A queue of one's own."""

    def __init__(self, sqs: SQSClient, **attributes: str) -> None:
        name = f"notifier-{next(numbers)}" + (".fifo" if "FifoQueue" in attributes else "")
        self._sqs = sqs
        self.url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]  # type: ignore[arg-type]

    def received(self) -> list[Any]:
        """Take all messages from the queue."""
        taken: list[Any] = []
        while found := self._sqs.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=10,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages"):
            taken += found
            for message in found:
                self._sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return taken


def told(
    notices: Sequence[Notice], url: str, sqs: SQSClient, slept: list[float] | None = None, **options: Any
) -> list[Undelivered]:
    patience = Patience(60, sleep=(slept if slept is not None else []).append, chance=lambda: 1.0)
    return SqsNotifier(url, client=sqs, **options).send_within(notices, patience)


@pytest.fixture
def requests(sqs: SQSClient) -> Iterator[list[list[dict[str, Any]]]]:
    """Watch the entries of each SendMessageBatch request that the client makes."""
    seen: list[list[dict[str, Any]]] = []

    def watch(params: dict[str, Any], **_: Any) -> None:
        seen.append(params["Entries"])

    sqs.meta.events.register("provide-client-params.sqs.SendMessageBatch", watch, unique_id="watch")
    yield seen
    sqs.meta.events.unregister("provide-client-params.sqs.SendMessageBatch", unique_id="watch")


def size(entry: dict[str, Any]) -> int:
    """Count the bytes of an entry as SQS does: the body, and names, types and values of attributes."""
    counted = [entry["MessageBody"]]
    counted += [text for name, one in entry["MessageAttributes"].items() for text in (name, *one.values())]
    return sum(len(text.encode()) for text in counted)


# Messages


def test_message_is_the_verdict_as_json_with_attributes(sqs: SQSClient) -> None:
    queue = Queue(sqs)

    assert told([verdict()], queue.url, sqs) == []
    [message] = queue.received()

    assert message["Body"] == to_json(verdict())
    assert {name: one["StringValue"] for name, one in message["MessageAttributes"].items()} == {
        "kind": "verdict",
        "severity": "high",
        "rule_id": "internet-gateway-attached",
        "account_id": "111122223333",
    }


@pytest.mark.parametrize("failure", FAILURES, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("fifo", [False, True], ids=["standard", "fifo"])
def test_failures_are_sent(sqs: SQSClient, failure: Notice, *, fifo: bool) -> None:
    queue = Queue(sqs, **({"FifoQueue": "true"} if fifo else {}))

    assert told([failure], queue.url, sqs) == []
    [message] = queue.received()

    assert message["Body"] == to_json(failure)
    assert {name: one["StringValue"] for name, one in message["MessageAttributes"].items()} == {
        "kind": "failure"
    }


@pytest.mark.parametrize(
    ("number", "batches"), [(0, []), (1, [1]), (10, [10]), (11, [10, 1]), (25, [10, 10, 5])]
)
def test_sends_ten_at_a_time(
    sqs: SQSClient, requests: list[list[Any]], number: int, batches: list[int]
) -> None:
    queue = Queue(sqs)

    assert told([verdict(n) for n in range(number)], queue.url, sqs) == []
    assert [len(entries) for entries in requests] == batches
    assert [json.loads(one["Body"])["id"] for one in queue.received()] == [
        verdict(n).id for n in range(number)
    ]


def test_fifo_queue_gets_group_and_deduplication_id(sqs: SQSClient) -> None:
    queue = Queue(sqs, FifoQueue="true")
    notices = [verdict(1), verdict(2, rule_id="role-trusts-anyone"), verdict(3, rule_id="naïve")]

    assert told(notices, queue.url, sqs) == []
    ids = [
        (one["Attributes"]["MessageGroupId"], one["Attributes"]["MessageDeduplicationId"])
        for one in queue.received()
    ]

    assert ids[:2] == [(notice.rule_id, notice.id) for notice in notices[:2]]
    assert ids[2][0].isalnum()
    assert ids[2][0].isascii()


def test_standard_queue_gets_neither(sqs: SQSClient, requests: list[list[Any]]) -> None:
    """A near miss: there, a group means another thing."""
    told([verdict()], Queue(sqs).url, sqs)

    assert requests[0][0].keys() == {"Id", "MessageBody", "MessageAttributes"}


@pytest.mark.parametrize(
    "text",
    ["\ud800", "\x00\x1b[31m", "\uffff\ufffe", "two\nlines", "\u202e", "<!channel> @here"],
    ids=ascii,
)
def test_hostile_text_arrives_harmless(sqs: SQSClient, text: str) -> None:
    """SQS refuses characters that XML has no room for, and half a surrogate pair is no UTF-8."""
    queue = Queue(sqs)
    notices = [verdict(1), verdict(2, reason=text, account_id=text, evidence={text: text}), verdict(3)]

    assert told(notices, queue.url, sqs) == []
    messages = queue.received()

    assert [json.loads(one["Body"])["id"] for one in messages] == [one.id for one in notices]
    assert messages[1]["Body"].isprintable()
    assert messages[1]["MessageAttributes"]["account_id"]["StringValue"].isprintable()


# Sizes


@pytest.mark.parametrize(("each", "batches"), [(100_000, [10]), (110_000, [9, 1]), (600_000, [1] * 10)])
def test_batch_that_is_too_large_is_split(
    sqs: SQSClient, requests: list[list[Any]], each: int, batches: list[int]
) -> None:
    """Up to one MiB together. The server here does not count attributes, so requests are weighed."""
    notices = [verdict(n, evidence={"policy": "x" * each}) for n in range(10)]

    assert told(notices, Queue(sqs).url, sqs) == []
    assert [len(entries) for entries in requests] == batches
    assert all(sum(map(size, entries)) <= MIB for entries in requests)


def test_message_that_just_fits_is_whole(sqs: SQSClient) -> None:
    notifier = SqsNotifier(URL, client=sqs)
    room = MIB - notifier.entry(verdict(evidence={"x": ""}))[1]

    whole, bytes_of_whole = notifier.entry(verdict(evidence={"x": "x" * room}))
    cut, bytes_of_cut = notifier.entry(verdict(evidence={"x": "x" * (room + 1)}))

    assert bytes_of_whole == size(whole) == MIB
    assert "truncated" not in json.loads(whole["MessageBody"])
    assert json.loads(cut["MessageBody"])["truncated"] is True
    assert bytes_of_cut == size(cut) < MIB


@pytest.mark.parametrize("max_bytes", [4_096, 262_144])
def test_max_bytes_can_be_less(sqs: SQSClient, requests: list[list[Any]], max_bytes: int) -> None:
    queue = Queue(sqs)
    notices = [verdict(n, reason="y" * 2_000, evidence={"x": "x" * 300_000}) for n in range(3)]

    assert told(notices, queue.url, sqs, max_bytes=max_bytes) == []
    assert all(sum(map(size, entries)) <= max_bytes for entries in requests)
    assert [json.loads(one["Body"])["reason"] for one in queue.received()] == ["y" * 1_024] * 3


def test_dead_letter_keeps_what_there_is_room_for(sqs: SQSClient) -> None:
    queue = Queue(sqs, MaximumMessageSize="4096")
    data = bytes(range(256)) * 100

    assert told([DeadLetter("sqs 059f", "not JSON", data)], queue.url, sqs) == []
    [message] = queue.received()
    kept = base64.b64decode(json.loads(message["Body"])["data"])

    assert data.startswith(kept)
    assert len(kept) > 2_500


@pytest.mark.parametrize("limit", [2_048, 4_096, 100_000])
def test_queue_that_takes_less_gets_less(sqs: SQSClient, requests: list[list[Any]], limit: int) -> None:
    """Only what is too long for it is shortened, and is found among its neighbours."""
    queue = Queue(sqs, MaximumMessageSize=str(limit))
    notices = [verdict(n, evidence={"x": "x" * 200_000} if n in (2, 5) else {}) for n in range(7)]

    assert told(notices, queue.url, sqs) == []
    received = queue.received()
    messages = {(content := json.loads(one["Body"]))["id"]: content for one in received}

    assert all(len(one["Body"]) + 100 < limit for one in received), "attributes count as well"
    assert messages.keys() == {one.id for one in notices}
    assert [one.id for one in notices if "truncated" in messages[one.id]] == [notices[2].id, notices[5].id]
    assert len(requests) <= 1 + 2 * 2 * 3 + 2, "halves, and each once more"


def test_what_is_too_long_however_short_is_undelivered(sqs: SQSClient, requests: list[list[Any]]) -> None:
    """Its neighbours arrive."""
    queue = Queue(sqs, MaximumMessageSize="1024")
    notices = [verdict(1), verdict(2, reason="y" * 5_000), verdict(3)]

    [undelivered] = told(notices, queue.url, sqs)

    assert undelivered.notice is notices[1]
    assert "Message must be shorter than 1024 bytes" in undelivered.error
    assert len(queue.received()) == 2
    assert sum(len(one["MessageBody"]) > 1_024 for entries in requests for one in entries) == 3, (
        "no more tries"
    )


# What SQS refuses


@pytest.fixture
def stubbed(sqs: SQSClient) -> Iterator[Any]:
    """Answer for SQS: the server here refuses no valid entry of a batch."""
    from botocore.stub import Stubber  # noqa: PLC0415

    with Stubber(sqs) as stub:
        yield stub
        stub.assert_no_pending_responses()


def answered(*failed: dict[str, Any]) -> dict[str, Any]:
    return {"Successful": [], "Failed": list(failed)}


def failed(number: int, code: str, message: str = "", *, is_our_fault: bool = True) -> dict[str, Any]:
    return {"Id": str(number), "Code": code, "Message": message, "SenderFault": is_our_fault}


def test_entry_that_is_refused_is_undelivered(sqs: SQSClient, stubbed: Any) -> None:
    """SQS answers with HTTP 200 even so."""
    notices = [verdict(n) for n in range(3)]
    stubbed.add_response("send_message_batch", answered(failed(1, "InvalidMessageContents", "no")))

    [undelivered] = told(notices, URL, sqs)

    assert (undelivered.notice, undelivered.error) == (notices[1], "InvalidMessageContents: no")
    assert undelivered.notifier == "sqs"


def test_entry_that_is_refused_for_now_is_sent_again(
    sqs: SQSClient, stubbed: Any, requests: list[list[Any]]
) -> None:
    slept: list[float] = []
    stubbed.add_response("send_message_batch", answered(failed(1, "InternalError", is_our_fault=False)))
    stubbed.add_response("send_message_batch", answered(failed(0, "RequestThrottled")))
    stubbed.add_response("send_message_batch", answered())

    assert told([verdict(n) for n in range(3)], URL, sqs, slept) == []
    assert [len(entries) for entries in requests] == [3, 1, 1]
    assert requests[2][0]["MessageBody"] == to_json(verdict(1))
    assert slept == pytest.approx([0.2, 0.4])


def test_entry_that_is_refused_for_its_size_is_shortened(
    sqs: SQSClient, stubbed: Any, requests: list[list[Any]]
) -> None:
    """Its neighbours, which were taken, are not sent again."""
    notices = [verdict(n, evidence={"x": "x" * 5_000}) for n in range(3)]
    reason = "One or more parameters are invalid. Reason: Message must be shorter than 4096 bytes."
    stubbed.add_response("send_message_batch", answered(failed(2, "InvalidParameterValue", reason)))
    stubbed.add_response("send_message_batch", answered())

    assert told(notices, URL, sqs) == []
    [whole, [short]] = requests
    assert len(whole) == 3
    assert json.loads(short["MessageBody"]) == json.loads(to_json(notices[2], 1)), "all but the evidence"
    assert size(short) <= 4096


def test_entry_that_fits_and_is_refused_is_not_sent_again(sqs: SQSClient, stubbed: Any) -> None:
    """A near miss: whatever SQS counts, there is nothing to shorten."""
    reason = "Message must be shorter than 262144 bytes."
    stubbed.add_response("send_message_batch", answered(failed(0, "InvalidParameterValue", reason)))

    [undelivered] = told([verdict()], URL, sqs)

    assert undelivered.error == f"InvalidParameterValue: {reason}"


def test_batch_that_is_too_long_for_an_older_region_is_halved(
    sqs: SQSClient, stubbed: Any, requests: list[list[Any]]
) -> None:
    """Once, SQS took 256 KiB."""
    reason = "Batch requests cannot be longer than 262144 bytes. You have sent 300000 bytes."
    stubbed.add_client_error("send_message_batch", "AWS.SimpleQueueService.BatchRequestTooLong", reason)
    stubbed.add_response("send_message_batch", answered())
    stubbed.add_response("send_message_batch", answered())

    assert told([verdict(n, evidence={"x": "x" * 75_000}) for n in range(4)], URL, sqs) == []
    assert [len(entries) for entries in requests] == [4, 2, 2]


def test_every_notice_to_a_missing_queue_is_undelivered(sqs: SQSClient, requests: list[list[Any]]) -> None:
    """Each is handed back, with what SQS said; smaller batches would not help."""
    notices = [*(verdict(n) for n in range(11)), *FAILURES]
    slept: list[float] = []

    undelivered = told(notices, f"{Queue(sqs).url}-that-was-deleted", sqs, slept)

    assert [one.notice for one in undelivered] == notices
    assert all("The specified queue does not exist" in one.error for one in undelivered)
    assert ([len(entries) for entries in requests], slept) == ([10, 6], [])


def test_permission_that_is_missing_stays_so(sqs: SQSClient, stubbed: Any) -> None:
    stubbed.add_client_error("send_message_batch", "AccessDenied", "no", http_status_code=403)

    assert [one.error for one in told([verdict(n) for n in range(5)], URL, sqs)] == ["AccessDenied: no"] * 5


# Options


@pytest.mark.parametrize(
    "url",
    [
        "",
        "verdicts",
        None,
        "arn:aws:sqs:eu-west-1:111122223333:verdicts",
        "https://sqs.eu-west-1.amazonaws.com/verdicts",
        "https://sqs.eu-west-1.amazonaws.com/111122223333/",
        "https://sqs.eu-west-1.amazonaws.com/111122223333/verdicts/more",
        "https://sqs.eu-west-1.amazonaws.com/111122223333/verdicts.other",
        "https://alice@sqs.eu-west-1.amazonaws.com/111122223333/verdicts",
        "ftp://sqs.eu-west-1.amazonaws.com/111122223333/verdicts",
        " https://sqs.eu-west-1.amazonaws.com/111122223333/verdicts\n",
    ],
    ids=ascii,
)
def test_url_that_is_no_queues_is_refused(sqs: SQSClient, url: Any) -> None:
    """At once, and not with the first verdict."""
    with pytest.raises(
        ValueError, match=r"^queue_url is .*; expected https://sqs.REGION.amazonaws.com/ACCOUNT/QUEUE$"
    ):
        SqsNotifier(url, client=sqs)


@pytest.mark.parametrize("max_bytes", [0, 1_023, MIB + 1, "262144", 4096.0, True])
def test_size_that_no_queue_has_is_refused(sqs: SQSClient, max_bytes: Any) -> None:
    with pytest.raises(ValueError, match=r"^max_bytes is .*; expected a number from 1024 to 1048576$"):
        SqsNotifier(URL, client=sqs, max_bytes=max_bytes)


@pytest.mark.parametrize(
    ("url", "region"),
    [
        (URL, "eu-west-1"),
        (f"{URL}.fifo", "eu-west-1"),
        ("https://sqs.cn-north-1.amazonaws.com.cn/111122223333/verdicts", "cn-north-1"),
        ("https://sqs-fips.us-gov-west-1.amazonaws.com/111122223333/verdicts", "us-gov-west-1"),
        ("https://vpce-0example-1.sqs.eu-west-1.vpce.amazonaws.com/111122223333/verdicts", "eu-west-1"),
        ("https://sqs.eu-west-1.api.aws/111122223333/verdicts", "eu-west-1"),
        ("https://ap-south-1.queue.amazonaws.com/111122223333/verdicts", "ap-south-1"),
        ("https://queue.amazonaws.com/111122223333/verdicts", "us-east-1"),
        ("http://localhost:4566/000000000000/verdicts", "us-east-1"),
    ],
)
def test_client_of_its_own_is_for_the_region_of_the_queue(
    url: str, region: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the URL says none, it is the environment's."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    assert SqsNotifier(url)._client.meta.region_name == region


def test_client_of_its_own_delivers(
    sqs: SQSClient, aws_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = Queue(sqs)
    environment = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL_SQS": aws_endpoint,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    assert SqsNotifier(queue.url).send([verdict()]) == []
    assert len(queue.received()) == 1
