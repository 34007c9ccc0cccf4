"""Events go over HTTP to a server that answers as EventBridge does, and come out of a queue behind a rule."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from trailguard import Severity, Verdict
from trailguard.message import to_json
from trailguard.models import Actor
from trailguard.notifiers.eventbridge import EventBridgeNotifier
from trailguard.notify import Patience, Undelivered
from trailguard.record import DecodeFailure, ReadFailure
from trailguard.report import DeadLetter
from trailguard.verdict import Compliance, PluginFailure, RuleFailure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_sqs import SQSClient

    from trailguard.report import Notice

LIMIT = 262_144
TIME = datetime(2026, 3, 2, 9, 0, 0, tzinfo=UTC)
ROLE = "arn:aws:iam::111122223333:role/Deployer"
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
            "event_time": TIME,
            "actor": Actor(type="IAMUser", name="alice"),
            "resource": "igw-0example",
            **changes,
        }
    )


@pytest.fixture(scope="session")
def events(aws_endpoint: str) -> Iterator[EventBridgeClient]:
    """Make an EventBridge client of the server, in eu-west-1."""
    import boto3  # noqa: PLC0415
    from botocore.config import Config  # noqa: PLC0415

    client = boto3.client(
        "events",
        region_name="eu-west-1",
        endpoint_url=aws_endpoint,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
        config=Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 1}),
    )
    yield client
    client.close()


class Bus:
    """A bus with a rule that puts what fits a pattern into a queue."""

    def __init__(self, events: EventBridgeClient, sqs: SQSClient, pattern: dict[str, Any]) -> None:
        self.name = f"verdicts-{next(numbers)}"
        self._sqs = sqs
        self.arn = events.create_event_bus(Name=self.name)["EventBusArn"]
        self._queue = sqs.create_queue(QueueName=self.name)["QueueUrl"]
        queue = sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"]
        events.put_rule(Name="rule", EventBusName=self.name, EventPattern=json.dumps(pattern))
        events.put_targets(
            Rule="rule", EventBusName=self.name, Targets=[{"Id": "queue", "Arn": queue["QueueArn"]}]
        )

    def received(self) -> list[Any]:
        """Take all events from the queue."""
        taken: list[Any] = []
        while found := self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in found:
                taken.append(json.loads(message["Body"]))
                self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return taken


@pytest.fixture
def bus(events: EventBridgeClient, sqs: SQSClient) -> Bus:
    return Bus(events, sqs, {"source": ["trailguard"]})


@pytest.fixture
def requests(events: EventBridgeClient) -> Iterator[list[list[dict[str, Any]]]]:
    """Watch the entries of each PutEvents request that the client makes."""
    seen: list[list[dict[str, Any]]] = []

    def watch(params: dict[str, Any], **_: Any) -> None:
        seen.append(params["Entries"])

    events.meta.events.register("provide-client-params.events.PutEvents", watch, unique_id="watch")
    yield seen
    events.meta.events.unregister("provide-client-params.events.PutEvents", unique_id="watch")


def told(
    notices: Sequence[Notice],
    bus: str,
    events: EventBridgeClient,
    slept: list[float] | None = None,
    **options: Any,
) -> list[Undelivered]:
    patience = Patience(60, sleep=(slept if slept is not None else []).append, chance=lambda: 1.0)
    return EventBridgeNotifier(bus, client=events, **options).send_within(notices, patience)


def size(entry: dict[str, Any]) -> int:
    """Count the bytes of an entry as EventBridge does."""
    texts = [entry["Source"], entry["DetailType"], entry["Detail"], *entry.get("Resources", [])]
    return 14 * ("Time" in entry) + sum(len(text.encode()) for text in texts)


# Events


def test_event_is_the_verdict(events: EventBridgeClient, bus: Bus) -> None:
    assert told([verdict()], bus.name, events) == []
    [event] = bus.received()

    assert (event["source"], event["detail-type"]) == ("trailguard", "Trailguard Verdict")
    assert event["detail"] == json.loads(to_json(verdict()))
    assert event["resources"] == []


def test_event_has_the_time_of_what_it_is_about(
    events: EventBridgeClient, bus: Bus, requests: list[list[Any]]
) -> None:
    """Not the time at which it was judged. Where it is not known, EventBridge says when it came."""
    told([verdict(), verdict(event_time=None), *FAILURES], bus.name, events)

    assert [entry.get("Time") for entry in requests[0]] == [TIME] + [None] * 6
    assert len(bus.received()) == 7


@pytest.mark.parametrize(
    "arn",
    [
        ROLE,
        "arn:aws:s3:::amzn-s3-demo-bucket",
        "arn:aws-cn:ec2:cn-north-1:111122223333:vpc/vpc-0example",
        "arn:aws:iam::111122223333:root",
    ],
)
def test_resource_that_is_an_arn_is_the_events(events: EventBridgeClient, bus: Bus, arn: str) -> None:
    assert told([verdict(resource=arn)], bus.name, events) == []
    [event] = bus.received()

    assert event["resources"] == [arn]


@pytest.mark.parametrize(
    "resource",
    [
        None,
        "",
        "igw-0example",
        "arn:",
        "arn:aws:iam::111122223333:",
        f"{ROLE}\n",
        f"{ROLE} and more",
        f" {ROLE}",
        f"{ROLE}\ud800",
        "arn:aws:iam::111122223333:role/" + "x" * 2_000,
    ],
    ids=lambda one: ascii(one)[:40],
)
def test_resource_that_is_no_arn_is_in_the_detail_alone(
    events: EventBridgeClient, bus: Bus, resource: str | None
) -> None:
    """A near miss: it is anybody's text."""
    assert told([verdict(resource=resource)], bus.name, events) == []
    [event] = bus.received()

    assert event["resources"] == []
    assert event["detail"] == json.loads(to_json(verdict(resource=resource)))


@pytest.mark.parametrize("failure", FAILURES, ids=lambda one: type(one).__name__)
def test_failures_are_put(events: EventBridgeClient, bus: Bus, failure: Notice) -> None:
    assert told([failure], bus.name, events) == []
    [event] = bus.received()

    assert event["detail-type"] == "Trailguard Failure"
    assert event["detail"] == json.loads(to_json(failure))


def test_rule_picks_by_type_and_content(events: EventBridgeClient, sqs: SQSClient) -> None:
    """The detail is an object, so that patterns look into it."""
    pattern = {"detail-type": ["Trailguard Verdict"], "detail": {"severity": ["critical"]}}
    bus = Bus(events, sqs, pattern)
    notices = [verdict(n, severity=severity) for n, severity in enumerate(Severity)]

    assert told([*notices, *FAILURES], bus.name, events) == []
    assert [event["detail"]["id"] for event in bus.received()] == [notices[-1].id]


def test_source_can_be_another(events: EventBridgeClient, sqs: SQSClient) -> None:
    bus = Bus(events, sqs, {"source": ["com.example.guard"]})

    assert told([verdict()], bus.name, events, source="com.example.guard") == []
    assert told([verdict()], bus.name, events) == []
    assert [event["source"] for event in bus.received()] == ["com.example.guard"]


def test_bus_can_be_named_by_its_arn(events: EventBridgeClient, bus: Bus) -> None:
    assert told([verdict()], bus.arn, events) == []
    assert len(bus.received()) == 1


def test_default_bus_is_the_default(events: EventBridgeClient, requests: list[list[Any]]) -> None:
    assert EventBridgeNotifier(client=events).send([verdict()]) == []
    assert requests[0][0]["EventBusName"] == "default"


@pytest.mark.parametrize(
    ("number", "batches"), [(0, []), (1, [1]), (10, [10]), (11, [10, 1]), (25, [10, 10, 5])]
)
def test_puts_ten_at_a_time(
    events: EventBridgeClient, bus: Bus, requests: list[list[Any]], number: int, batches: list[int]
) -> None:
    assert told([verdict(n) for n in range(number)], bus.name, events) == []
    assert [len(entries) for entries in requests] == batches
    assert [event["detail"]["id"] for event in bus.received()] == [verdict(n).id for n in range(number)]


@pytest.mark.parametrize(
    "text", ["\ud800", "\x00\x1b[31m", "\uffff", "two\nlines", "\u202e", '"}, "severity": "info'], ids=ascii
)
def test_hostile_text_stays_text(
    events: EventBridgeClient, bus: Bus, requests: list[list[Any]], text: str
) -> None:
    notices = [verdict(1), verdict(2, reason=text, resource=text, evidence={text: text}), verdict(3)]

    assert told(notices, bus.name, events) == []
    assert [event["detail"]["severity"] for event in bus.received()] == ["high"] * 3
    assert all(entry["Detail"].isprintable() for entry in requests[0])


# Sizes


@pytest.mark.parametrize(("each", "batches"), [(24_000, [10]), (30_000, [8, 2]), (140_000, [1] * 10)])
def test_batch_that_is_too_large_is_split(
    events: EventBridgeClient, bus: Bus, requests: list[list[Any]], each: int, batches: list[int]
) -> None:
    notices = [verdict(n, evidence={"policy": "x" * each}, resource=ROLE) for n in range(10)]

    assert told(notices, bus.name, events) == []
    assert [len(entries) for entries in requests] == batches
    assert all(sum(map(size, entries)) <= LIMIT for entries in requests)


@pytest.mark.parametrize(
    "changes", [{}, {"resource": ROLE}, {"event_time": None}, {"resource": ROLE, "event_time": None}], ids=str
)
@pytest.mark.parametrize("max_bytes", [4_096, LIMIT, 1_048_576])
def test_entry_that_just_fits_is_whole(
    events: EventBridgeClient, changes: dict[str, Any], max_bytes: int
) -> None:
    """Time and resources count as well as the detail; one byte more, and it is shortened."""
    notifier = EventBridgeNotifier(client=events, max_bytes=max_bytes, source="sourcé")
    room = max_bytes - notifier.entry(verdict(evidence={"x": ""}, **changes))[1]

    whole, bytes_of_whole = notifier.entry(verdict(evidence={"x": "x" * room}, **changes))
    cut, bytes_of_cut = notifier.entry(verdict(evidence={"x": "x" * (room + 1)}, **changes))

    assert bytes_of_whole == size(whole) == max_bytes
    assert "truncated" not in json.loads(whole["Detail"])
    assert bytes_of_cut == size(cut) < max_bytes
    content = json.loads(cut["Detail"])
    assert (content["truncated"], content["evidence"]) == (True, {})
    assert content["reason"] == verdict().reason


# What EventBridge refuses


@pytest.fixture
def stubbed(events: EventBridgeClient) -> Iterator[Any]:
    """Answer for EventBridge: the server here refuses no valid entry."""
    from botocore.stub import Stubber  # noqa: PLC0415

    with Stubber(events) as stub:
        yield stub
        stub.assert_no_pending_responses()


def answered(*codes: str | None) -> dict[str, Any]:
    entries = [{"ErrorCode": code, "ErrorMessage": "why"} if code else {"EventId": "e"} for code in codes]
    return {"FailedEntryCount": sum(map(bool, codes)), "Entries": entries}


def test_entries_that_are_refused_are_found_by_position(events: EventBridgeClient, stubbed: Any) -> None:
    """EventBridge answers with HTTP 200 even so, and names no ids."""
    notices = [verdict(n) for n in range(4)]
    codes = (None, "NotAuthorizedForSourceException", None, "InvalidArgument")
    stubbed.add_response("put_events", answered(*codes))

    undelivered = told(notices, "default", events)

    assert [one.notice for one in undelivered] == [notices[1], notices[3]]
    assert [one.error for one in undelivered] == [
        "NotAuthorizedForSourceException: why",
        "InvalidArgument: why",
    ]
    assert {one.notifier for one in undelivered} == {"eventbridge"}


@pytest.mark.parametrize("code", ["ThrottlingException", "InternalFailure", "InternalException"])
def test_entry_that_is_refused_for_now_is_put_again(
    events: EventBridgeClient, stubbed: Any, requests: list[list[Any]], code: str
) -> None:
    slept: list[float] = []
    stubbed.add_response("put_events", answered(None, code, None))
    stubbed.add_response("put_events", answered(None))

    assert told([verdict(n) for n in range(3)], "default", events, slept) == []
    assert [len(entries) for entries in requests] == [3, 1]
    assert json.loads(requests[1][0]["Detail"])["id"] == verdict(1).id
    assert slept == pytest.approx([0.2])


def test_what_is_odd_is_put_without_its_evidence(
    events: EventBridgeClient, stubbed: Any, requests: list[list[Any]]
) -> None:
    """Such as a number of more than 64 bits: EventBridge takes none, and the rest of the verdict matters."""
    notices = [verdict(1), verdict(2, evidence={"huge": [2**80] * 10})]
    stubbed.add_response("put_events", answered(None, "MalformedDetail"))
    stubbed.add_response("put_events", answered(None))

    assert told(notices, "default", events) == []
    [_, [again]] = requests
    assert json.loads(again["Detail"]) == json.loads(to_json(notices[1])) | {
        "evidence": {},
        "truncated": True,
    }


def test_what_stays_odd_is_undelivered(events: EventBridgeClient, stubbed: Any) -> None:
    """It is tried once without the evidence, and no more."""
    stubbed.add_response("put_events", answered("MalformedDetail"))
    stubbed.add_response("put_events", answered("InvalidArgument"))

    [undelivered] = told([verdict(evidence={"huge": [2**80] * 10})], "default", events)

    assert undelivered.error == "InvalidArgument: why"


def test_fewer_answers_than_entries_deliver_nothing(events: EventBridgeClient, stubbed: Any) -> None:
    """Nobody knows whose they are."""
    stubbed.add_response("put_events", answered(None, None))

    undelivered = told([verdict(n) for n in range(3)], "default", events)

    assert [one.error for one in undelivered] == ["2 answers to 3 entries"] * 3


def test_request_that_is_refused_is_halved(
    events: EventBridgeClient, stubbed: Any, requests: list[list[Any]]
) -> None:
    """With more than it takes by now, say."""
    stubbed.add_client_error(
        "put_events", "ValidationException", "Total size of the entries in the request is over the limit."
    )
    stubbed.add_response("put_events", answered(None, None))
    stubbed.add_response("put_events", answered(None, None))

    assert told([verdict(n) for n in range(4)], "default", events) == []
    assert [len(entries) for entries in requests] == [4, 2, 2]


def test_every_notice_to_a_missing_bus_is_undelivered(
    events: EventBridgeClient, requests: list[list[Any]]
) -> None:
    notices = [*(verdict(n) for n in range(11)), *FAILURES]

    undelivered = told(notices, "that-was-deleted", events)

    assert [one.notice for one in undelivered] == notices
    assert all("Event bus that-was-deleted does not exist" in one.error for one in undelivered)
    assert [len(entries) for entries in requests] == [10, 6]


# Options


@pytest.mark.parametrize(
    "event_bus",
    [
        "",
        "two words",
        "a/b",
        None,
        "arn:aws:events:eu-west-1:111122223333:rule/x",
        "arn:aws:events:eu-west-1:1:event-bus/x",
        "default\n",
    ],
    ids=ascii,
)
def test_bus_that_can_be_none_is_refused(events: EventBridgeClient, event_bus: Any) -> None:
    expected = r"^event_bus is .*; expected NAME or arn:aws:events:REGION:ACCOUNT:event-bus/NAME$"
    with pytest.raises(ValueError, match=expected):
        EventBridgeNotifier(event_bus, client=events)


@pytest.mark.parametrize("source", ["", None, 1, "two\nlines", "x" * 257], ids=lambda one: ascii(one)[:20])
def test_source_that_can_be_none_is_refused(events: EventBridgeClient, source: Any) -> None:
    with pytest.raises(ValueError, match=r"^source is .*; expected 1 to 256 printable characters$"):
        EventBridgeNotifier(source=source, client=events)


@pytest.mark.parametrize("source", ["aws.", "aws.trailguard", "aws.ec2"])
def test_source_of_aws_is_refused(events: EventBridgeClient, source: str) -> None:
    expected = r"^source is 'aws\..*'; EventBridge reserves names that begin with 'aws\.'$"
    with pytest.raises(ValueError, match=expected):
        EventBridgeNotifier(source=source, client=events)


@pytest.mark.parametrize("source", ["aws", "awsome.guard", "com.aws.guard", "x" * 256])
def test_source_that_looks_like_it_is_taken(events: EventBridgeClient, source: str) -> None:
    assert EventBridgeNotifier(source=source, client=events).name == "eventbridge"


@pytest.mark.parametrize("max_bytes", [0, 1_023, 1_048_577, "262144", 4096.0, True])
def test_size_that_no_request_has_is_refused(events: EventBridgeClient, max_bytes: Any) -> None:
    with pytest.raises(ValueError, match=r"^max_bytes is .*; expected a number from 1024 to 1048576$"):
        EventBridgeNotifier(client=events, max_bytes=max_bytes)


@pytest.mark.parametrize(
    ("event_bus", "region", "expected"),
    [
        ("default", None, "us-east-1"),
        ("default", "eu-west-1", "eu-west-1"),
        ("arn:aws:events:ap-south-1:111122223333:event-bus/verdicts", None, "ap-south-1"),
        ("arn:aws-us-gov:events:us-gov-west-1:111122223333:event-bus/verdicts", None, "us-gov-west-1"),
    ],
)
def test_client_of_its_own_is_for_the_region_of_the_bus(
    event_bus: str, region: str | None, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where neither the settings nor its ARN say one, it is the environment's."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    assert EventBridgeNotifier(event_bus, region=region)._client.meta.region_name == expected
