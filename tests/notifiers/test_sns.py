"""Messages go over HTTP to a server that answers as SNS does, and are read back from a subscribed queue."""

from __future__ import annotations

import json
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest.mock import ANY

import pytest

from trailguard import Severity, Verdict
from trailguard.message import to_json
from trailguard.models import Actor
from trailguard.notifiers.sns import SnsNotifier
from trailguard.notify import Patience, deliver
from trailguard.record import DecodeFailure, ReadFailure
from trailguard.verdict import Compliance, RuleFailure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

    from trailguard.notify import Notifier, Undelivered
    from trailguard.report import Notice

LIMIT = 262_144
RULE_FAILURE = RuleFailure(
    "igw-attached", "event-1", "AttachInternetGateway", "log.json.gz > record 1", "KeyError: 'x'"
)
DECODE_FAILURE = DecodeFailure("log.json.gz > record 2", "not a JSON object", b"\xff\x00")
READ_FAILURE = ReadFailure("s3://amzn-s3-demo-bucket/log.json.gz", "Access Denied")

numbers = count(1)


class Message(NamedTuple):
    """What one queue got: the text, the attributes for filters, the subject if the envelope has one."""

    text: str
    attributes: dict[str, str]
    subject: str | None
    system: dict[str, str]

    @property
    def content(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.text)
        return content


class Topic:
    """A topic with a queue of its own.

    Args:
        raw: whether the queue gets the bare message, or SNS's envelope around it.
        filter_policy: of the subscription.
        fifo: whether order is kept.
    """

    def __init__(
        self,
        sns: SNSClient,
        sqs: SQSClient,
        *,
        raw: bool = True,
        filter_policy: dict[str, list[str]] | None = None,
        fifo: bool = False,
    ) -> None:
        name = f"verdicts-{next(numbers)}" + (".fifo" if fifo else "")
        self.arn = sns.create_topic(Name=name, Attributes={"FifoTopic": "true"} if fifo else {})["TopicArn"]
        self._sqs = sqs
        self._raw = raw
        self._queue = sqs.create_queue(QueueName=name, Attributes={"FifoQueue": "true"} if fifo else {})[
            "QueueUrl"
        ]
        queue = sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"]
        attributes = {"RawMessageDelivery": str(raw).lower()}
        if filter_policy is not None:
            attributes["FilterPolicy"] = json.dumps(filter_policy)
        sns.subscribe(TopicArn=self.arn, Protocol="sqs", Endpoint=queue["QueueArn"], Attributes=attributes)

    def received(self) -> list[Message]:
        """Take all messages from the queue."""
        taken: list[Message] = []
        while True:
            found = self._sqs.receive_message(
                QueueUrl=self._queue,
                MaxNumberOfMessages=10,
                AttributeNames=["All"],
                MessageAttributeNames=["All"],
            ).get("Messages", [])
            if not found:
                return taken
            for message in found:
                taken.append(self._message(message))
                self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])

    def _message(self, message: Any) -> Message:
        system = message.get("Attributes", {})
        if self._raw:
            attributes = {
                name: one["StringValue"] for name, one in message.get("MessageAttributes", {}).items()
            }
            return Message(message["Body"], attributes, None, system)
        envelope = json.loads(message["Body"])
        attributes = {name: one["Value"] for name, one in envelope.get("MessageAttributes", {}).items()}
        return Message(envelope["Message"], attributes, envelope.get("Subject"), system)


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
            "region": "eu-west-1",
            "event_id": f"event-{number}",
            "event_source": "ec2.amazonaws.com",
            "event_name": "AttachInternetGateway",
            "actor": Actor(type="IAMUser", name="alice", arn="arn:aws:iam::111122223333:user/alice"),
            "source_ip": "198.51.100.7",
            "resource": "igw-0example",
            "origin": "log.json.gz > record 1",
            "evidence": {"vpc_id": "vpc-0example"},
            **changes,
        }
    )


def told(notices: Sequence[Notice], notifiers: Iterable[Notifier]) -> tuple[Undelivered, ...]:
    """Deliver notices; return what was not delivered."""
    return tuple(one for told in deliver(notices, notifiers) for one in told.undelivered)


@pytest.fixture
def requests(sns: SNSClient) -> Iterator[list[list[dict[str, Any]]]]:
    """Watch the entries of each PublishBatch request that the client makes."""
    seen: list[list[dict[str, Any]]] = []

    def watch(params: dict[str, Any], **_: Any) -> None:
        seen.append(params["PublishBatchRequestEntries"])

    sns.meta.events.register("provide-client-params.sns.PublishBatch", watch, unique_id="watch")
    yield seen
    sns.meta.events.unregister("provide-client-params.sns.PublishBatch", unique_id="watch")


def size(entry: dict[str, Any]) -> int:
    """Count the bytes of an entry that SNS counts, and some more."""
    attributes = entry["MessageAttributes"].items()
    counted = [entry["Message"], entry["Subject"]]
    counted += [text for name, one in attributes for text in (name, one["DataType"], one["StringValue"])]
    return sum(len(text.encode()) for text in counted)


@pytest.mark.parametrize("raw", [True, False], ids=["raw", "in an envelope"])
def test_message_is_the_verdict_as_json(sns: SNSClient, sqs: SQSClient, *, raw: bool) -> None:
    """Whoever subscribes gets the same text, with the attributes that filter policies look at."""
    topic = Topic(sns, sqs, raw=raw)
    notice = verdict()

    undelivered = told([notice], [SnsNotifier(topic.arn, client=sns)])
    [message] = topic.received()

    assert undelivered == ()
    assert message.text == to_json(notice)
    assert message.attributes == {
        "kind": "verdict",
        "severity": "high",
        "rule_id": "internet-gateway-attached",
        "account_id": "111122223333",
    }


@pytest.mark.parametrize(
    ("number", "batches"), [(0, []), (1, [1]), (10, [10]), (11, [10, 1]), (25, [10, 10, 5])]
)
def test_publishes_ten_at_a_time(
    sns: SNSClient, sqs: SQSClient, requests: list[list[Any]], number: int, batches: list[int]
) -> None:
    """However many there are, each arrives once, in order, in as few requests as SNS allows."""
    topic = Topic(sns, sqs)
    notices = [verdict(n) for n in range(number)]

    undelivered = told(notices, [SnsNotifier(topic.arn, client=sns)])

    assert undelivered == ()
    assert [len(entries) for entries in requests] == batches
    assert [message.content["id"] for message in topic.received()] == [notice.id for notice in notices]


def test_publishes_whether_or_not_the_result_is_looked_at(sns: SNSClient, sqs: SQSClient) -> None:
    """``notifier.send(verdicts)`` on a line by itself delivers them."""
    topic = Topic(sns, sqs)

    SnsNotifier(topic.arn, client=sns).send([verdict()])

    assert len(topic.received()) == 1


@pytest.mark.parametrize(
    "large",
    [
        {"evidence": {"rules": ["0.0.0.0/0"] * 30_000}},
        {"reason": "open to 0.0.0.0/0, " * 16_000},
        {"reason": "\N{SNOWMAN}" * 110_000},
        {"reason": "\0" * 60_000},
        {"title": "x" * 300_000, "reason": "y" * 300_000, "evidence": {"z": "z" * 300_000}},
    ],
    ids=["evidence", "reason", "characters of several bytes", "characters that JSON escapes", "everything"],
)
def test_verdict_that_is_too_large_is_shortened(
    sns: SNSClient, sqs: SQSClient, requests: list[list[Any]], large: dict[str, Any]
) -> None:
    """It arrives all the same, says that it was shortened, and still says who, what, where and why."""
    topic = Topic(sns, sqs)
    notice = verdict(**large)
    whole = json.loads(to_json(notice))
    assert len(to_json(notice).encode()) > 300_000

    undelivered = told([notice], [SnsNotifier(topic.arn, client=sns)])
    [message] = topic.received()
    content = message.content

    assert undelivered == ()
    assert all(size(entry) <= LIMIT for entries in requests for entry in entries)
    assert content["truncated"] is True
    assert content.keys() == whole.keys() | {"truncated"}
    assert notice.reason.startswith(content["reason"])
    assert len(content["reason"]) >= min(len(notice.reason), 500)
    untouched = whole.keys() - {"evidence", "reason", "title"}
    assert {key: content[key] for key in untouched} == {key: whole[key] for key in untouched}


def test_verdict_that_just_fits_is_whole(sns: SNSClient, sqs: SQSClient) -> None:
    """A near miss: 255 KB are not too much."""
    topic = Topic(sns, sqs)
    notice = verdict(evidence={"policy": "x" * 255_000})

    undelivered = told([notice], [SnsNotifier(topic.arn, client=sns)])
    [message] = topic.received()

    assert undelivered == ()
    assert message.text == to_json(notice)
    assert "truncated" not in message.content


@pytest.mark.parametrize(("each", "batches"), [(24_000, [10]), (30_000, [8, 2]), (140_000, [1] * 10)])
def test_batch_that_is_too_large_is_split(
    sns: SNSClient, sqs: SQSClient, requests: list[list[Any]], each: int, batches: list[int]
) -> None:
    """SNS counts the bytes of all ten together. moto does not, so the requests are weighed here."""
    topic = Topic(sns, sqs)
    notices = [verdict(n, evidence={"policy": "x" * each}) for n in range(10)]

    undelivered = told(notices, [SnsNotifier(topic.arn, client=sns)])

    assert undelivered == ()
    assert [len(entries) for entries in requests] == batches
    assert all(sum(map(size, entries)) <= LIMIT for entries in requests)
    assert [message.text for message in topic.received()] == [to_json(notice) for notice in notices]


def subject_of(notice: Notice, sns: SNSClient, sqs: SQSClient) -> str | None:
    topic = Topic(sns, sqs, raw=False)
    assert told([notice], [SnsNotifier(topic.arn, client=sns)]) == ()
    [message] = topic.received()
    assert message.text == to_json(notice), "what a subject cannot hold is in the message"
    return message.subject


@pytest.mark.parametrize("length", [99, 100, 101, 5_000])
def test_subject_stays_under_100_characters(sns: SNSClient, sqs: SQSClient, length: int) -> None:
    title = "x" * (length - len("[HIGH]  (111122223333)"))
    whole = f"[HIGH] {title} (111122223333)"
    assert len(whole) == length

    assert subject_of(verdict(title=title), sns, sqs) == whole[:99]


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("Port 22 is open: ~ ok", "[HIGH] Port 22 is open: ~ ok (111122223333)"),
        ("two\nlines\r\n", "[HIGH] two?lines?? (111122223333)"),
        ("an \N{PARTY POPPER} and a \N{SNOWMAN}", "[HIGH] an ? and a ? (111122223333)"),
        ("\x1b[31mred\x7f\x9b", "[HIGH] ?[31mred?? (111122223333)"),
        (" leading space", "[HIGH]  leading space (111122223333)"),
        ("", "[HIGH]  (111122223333)"),
    ],
    ids=["plain", "newlines", "emoji", "control characters", "leading space", "empty"],
)
def test_subject_is_printable_ascii(sns: SNSClient, sqs: SQSClient, title: str, subject: str) -> None:
    """It begins with neither space nor line break, whatever the title is."""
    assert subject_of(verdict(title=title), sns, sqs) == subject


def test_subject_names_no_account_where_none_is_known(sns: SNSClient, sqs: SQSClient) -> None:
    """``(None)`` would read as the name of an account."""
    subject = subject_of(verdict(account_id=None), sns, sqs)

    assert subject
    assert subject.startswith("[HIGH] Internet gateway attached to a VPC")
    assert "None" not in subject


def test_subscription_filters_by_severity(sns: SNSClient, sqs: SQSClient) -> None:
    topic = Topic(sns, sqs, filter_policy={"severity": ["high", "critical"]})
    notices = [verdict(n, severity=severity) for n, severity in enumerate(Severity)]

    undelivered = told([*notices, RULE_FAILURE], [SnsNotifier(topic.arn, client=sns)])

    assert undelivered == ()
    assert [message.content["severity"] for message in topic.received()] == ["high", "critical"]


def test_verdict_of_no_known_account_has_no_account_attribute(sns: SNSClient, sqs: SQSClient) -> None:
    """SNS refuses empty attributes."""
    topic = Topic(sns, sqs)

    assert told([verdict(account_id=None)], [SnsNotifier(topic.arn, client=sns)]) == ()
    [message] = topic.received()

    assert message.attributes.keys() == {"kind", "severity", "rule_id"}


@pytest.mark.parametrize(
    "failure", [RULE_FAILURE, DECODE_FAILURE, READ_FAILURE], ids=lambda one: type(one).__name__
)
def test_failures_are_published(sns: SNSClient, sqs: SQSClient, failure: Notice) -> None:
    """A failure is told like a verdict, and told apart from one by its attributes and its subject."""
    topic = Topic(sns, sqs, raw=False)

    undelivered = told([failure], [SnsNotifier(topic.arn, client=sns)])
    [message] = topic.received()

    assert undelivered == ()
    assert message.text == to_json(failure)
    assert message.attributes == {"kind": "failure"}
    assert message.subject
    assert message.subject.startswith("[FAILURE] ")


def test_fifo_topic_gets_group_and_deduplication_id(sns: SNSClient, sqs: SQSClient) -> None:
    """The rule is the group, and a verdict that is delivered again bears the same id.

    That the second is dropped is not tested: moto delivers it.
    """
    topic = Topic(sns, sqs, fifo=True)
    notices = [verdict(1), verdict(2, rule_id="role-trusts-anyone")]

    undelivered = told(notices, [SnsNotifier(topic.arn, client=sns)])

    assert undelivered == ()
    assert [
        (message.system["MessageGroupId"], message.system["MessageDeduplicationId"])
        for message in topic.received()
    ] == [(notice.rule_id, notice.id) for notice in notices]


@pytest.mark.parametrize(
    "failure", [RULE_FAILURE, DECODE_FAILURE, READ_FAILURE], ids=lambda one: type(one).__name__
)
def test_fifo_topic_takes_failures(sns: SNSClient, sqs: SQSClient, failure: Notice) -> None:
    """The topic need not be set up to make deduplication ids of the content."""
    topic = Topic(sns, sqs, fifo=True)

    undelivered = told([failure], [SnsNotifier(topic.arn, client=sns)])

    assert [refused.error for refused in undelivered] == []
    assert [message.text for message in topic.received()] == [to_json(failure)]


def test_every_notice_to_a_missing_topic_is_undelivered(sns: SNSClient, sqs: SQSClient) -> None:
    """Each is handed back, with what SNS said."""
    missing = f"{Topic(sns, sqs).arn}-that-was-deleted"
    notices: list[Notice] = [*(verdict(n) for n in range(11)), RULE_FAILURE]

    undelivered = told(notices, [SnsNotifier(missing, client=sns)])

    assert [refused.notice for refused in undelivered] == notices
    assert {refused.notifier for refused in undelivered} == {"sns"}
    assert all("Topic does not exist" in refused.error for refused in undelivered)


@pytest.fixture
def stubbed(sns: SNSClient) -> Iterator[Any]:
    """Answer for SNS: the server here refuses no valid entry of a batch, nor one batch of several."""
    from botocore.stub import Stubber  # noqa: PLC0415

    with Stubber(sns) as stub:
        yield stub


def test_entry_that_is_refused_is_undelivered(sns: SNSClient, stubbed: Any) -> None:
    """A batch succeeds with HTTP 200 even when SNS refuses some of it."""
    notices = [verdict(n) for n in range(3)]
    stubbed.add_response(
        "publish_batch",
        {
            "Successful": [{"Id": "0", "MessageId": "m-0"}, {"Id": "2", "MessageId": "m-2"}],
            "Failed": [{"Id": "1", "Code": "InvalidParameter", "Message": "no", "SenderFault": True}],
        },
    )

    [refused] = told(notices, [SnsNotifier("arn:aws:sns:eu-west-1:111122223333:verdicts", client=sns)])

    assert refused.notice is notices[1]
    assert refused.error == "InvalidParameter: no"


def test_entry_that_is_refused_for_now_is_tried_again(sns: SNSClient, stubbed: Any) -> None:
    """Alone: the others were taken."""
    notices = [verdict(n) for n in range(3)]
    failed = {"Id": "1", "Code": "InternalError", "Message": "try again", "SenderFault": False}
    stubbed.add_response("publish_batch", {"Successful": [], "Failed": [failed]})
    expected: Any = {"TopicArn": ANY, "PublishBatchRequestEntries": [ANY]}
    stubbed.add_response("publish_batch", {"Successful": [], "Failed": []}, expected)
    notifier = SnsNotifier("arn:aws:sns:eu-west-1:111122223333:verdicts", client=sns)
    waits: list[float] = []

    undelivered = notifier.send_within(notices, Patience(sleep=waits.append, chance=lambda: 1.0))

    assert undelivered == []
    assert waits == [0.2]
    stubbed.assert_no_pending_responses()


def test_batch_that_is_refused_does_not_stop_the_next(sns: SNSClient, stubbed: Any) -> None:
    notices = [verdict(n) for n in range(25)]
    stubbed.add_response("publish_batch", {"Successful": [], "Failed": []})
    stubbed.add_client_error("publish_batch", "AuthorizationError", "not you", http_status_code=403)
    stubbed.add_response(
        "publish_batch",
        {"Successful": [], "Failed": [{"Id": "4", "Code": "InvalidParameter", "SenderFault": True}]},
    )

    undelivered = told(notices, [SnsNotifier("arn:aws:sns:eu-west-1:111122223333:verdicts", client=sns)])

    assert [refused.notice for refused in undelivered] == [*notices[10:20], notices[24]]
    assert all("AuthorizationError" in refused.error for refused in undelivered[:-1])
    assert undelivered[-1].error.startswith("InvalidParameter")
    stubbed.assert_no_pending_responses()


def test_notice_that_cannot_be_written_does_not_stop_its_neighbours(sns: SNSClient, sqs: SQSClient) -> None:
    r"""A lone surrogate, which an attacker can write into a policy as ``\ud800``, is no UTF-8."""
    topic = Topic(sns, sqs)
    notices = [verdict(1), verdict(2, evidence={"sid": "\ud800"}), verdict(3)]

    undelivered = told(notices, [SnsNotifier(topic.arn, client=sns)])
    arrived = [message.content["id"] for message in topic.received()]

    assert [notices[0].id, notices[2].id] == [one for one in arrived if one != notices[1].id]
    assert len(undelivered) + len(arrived) == len(notices)


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "verdicts",
        "https://sns.eu-west-1.amazonaws.com/verdicts",
        "arn:aws:sqs:eu-west-1:111122223333:verdicts",
        "arn:aws:sns:eu-west-1:111122223333",
        "arn:aws:sns:eu-west-1:111122223333:verdicts:1d0f2c1e-a-subscription",
        "arn:aws:sns::111122223333:verdicts",
        "arn:aws:sns:eu-west-1::verdicts",
        "arn:aws:sns:eu-west-1:111122223333:",
    ],
)
def test_topic_that_is_none_is_refused(sns: SNSClient, arn: str) -> None:
    """At once, and not with the first verdict."""
    with pytest.raises(ValueError, match=r"topic_arn is .*; expected arn:aws:sns:REGION:ACCOUNT:TOPIC"):
        SnsNotifier(arn, client=sns)


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:sns:eu-west-1:111122223333:verdicts",
        "arn:aws:sns:eu-west-1:111122223333:verdicts.fifo",
        "arn:aws-us-gov:sns:us-gov-west-1:111122223333:verdicts",
        "arn:aws-cn:sns:cn-north-1:111122223333:verdicts",
    ],
)
def test_topic_of_any_partition_is_taken(sns: SNSClient, arn: str) -> None:
    assert SnsNotifier(arn, client=sns).name == "sns"


def test_client_of_its_own_is_for_the_region_of_the_topic(
    sns: SNSClient, sqs: SQSClient, aws_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a Lambda function, the environment says everything else."""
    topic = Topic(sns, sqs)
    environment = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL_SNS": aws_endpoint,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    undelivered = told([verdict()], [SnsNotifier(topic.arn)])

    assert [refused.error for refused in undelivered] == []
    assert len(topic.received()) == 1
