"""What `Guard.handle` does with messages of which some fail: it delivers what it can, and says the rest."""

from __future__ import annotations

import base64
import json
import logging
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any, ClassVar

import boto3
import pytest
from botocore.config import Config

from trailguard import CloudTrailEvent, Guard, Severity, Verdict, rule
from trailguard.errors import UnfinishedError
from trailguard.notifiers.sns import SnsNotifier
from trailguard.notify import Undelivered
from trailguard.record import DecodeFailure
from trailguard.report import DeadLetter
from trailguard.settings import Answers, Limits, Settings
from trailguard.testing import (
    cloudtrail_event,
    cloudwatch_logs_event,
    firehose_event,
    kinesis_event,
    log_file,
    sns_event,
    sqs_event,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

    from trailguard.report import Notice

RULE = "internet-gateway-attached"
BUCKET = "handled-logs"
POISON = "this is poison \N{SKULL AND CROSSBONES}"


def attached(name: str) -> Any:
    """Make an event that breaks the rule."""
    return cloudtrail_event(
        "ec2:AttachInternetGateway", request={"internetGatewayId": f"igw-{name}", "vpcId": "vpc-0example"}
    )


@rule(on="ec2:AttachInternetGateway", severity=Severity.LOW, title="Does not work")
def does_not_work(event: CloudTrailEvent) -> str:
    return str(event.request_parameters["noSuchParameter"])


class Kept:
    """Keeps what it is told."""

    name = "kept"

    def __init__(self) -> None:
        self.notices: list[Notice] = []

    def send(self, notices: Sequence[Notice]) -> None:
        self.notices += notices

    @property
    def resources(self) -> list[str | None]:
        return [notice.resource for notice in self.notices if isinstance(notice, Verdict)]


class Choosy:
    """Does not deliver what is about one resource."""

    name = "choosy"

    def __init__(self, resource: str) -> None:
        self.resource = resource

    def send(self, notices: Sequence[Notice]) -> Iterable[Undelivered]:
        return [
            Undelivered(notice, self.name, "no, thank you")
            for notice in notices
            if isinstance(notice, Verdict) and notice.resource == self.resource
        ]


class Broken:
    name = "broken"

    def send(self, notices: Sequence[Notice]) -> Iterable[Undelivered]:
        raise ConnectionError(f"cannot deliver {len(notices)}")


def guard(*notifiers: Any, **options: Any) -> Guard:
    settings = options.pop("settings", Settings())
    return Guard.from_settings(settings, notifiers=notifiers, only=options.pop("only", [RULE]), **options)


def failures(*message_ids: str) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": one} for one in message_ids]}


def ids(batch: Any) -> list[str]:
    return [record["messageId"] for record in batch["Records"]]


# A batch of ten: one poison, one whose object S3 does not give just now, eight that are fine


class Throttling(BaseHTTPRequestHandler):
    """Passes requests on to S3; for some keys it says what S3 says when it has too much to do."""

    upstream: ClassVar[str]
    throttled: ClassVar[str]

    def do_GET(self) -> None:
        if self.throttled in self.path:
            self._answer(
                503, b"<Error><Code>SlowDown</Code><Message>Please reduce your rate</Message></Error>"
            )
            return
        request = urllib.request.Request(self.upstream + self.path, headers=dict(self.headers))  # noqa: S310
        with urllib.request.urlopen(request) as response:  # noqa: S310  # loopback, both
            self._answer(response.status, response.read())

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing on standard error."""


@contextmanager
def throttling_s3(upstream: str, throttled: str) -> Iterator[S3Client]:
    """Make a client of an S3 that is too busy for one key."""
    handler = type("Handler", (Throttling,), {"upstream": upstream, "throttled": throttled})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        client = boto3.client(
            "s3",
            region_name="eu-west-1",
            endpoint_url=f"http://127.0.0.1:{server.server_port}",
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=Config(retries={"total_max_attempts": 1}),
        )
        yield client
        client.close()
        server.shutdown()


def queue_behind(topic: str, sns: SNSClient, sqs: SQSClient) -> tuple[str, str]:
    """Make a topic and a queue that gets its messages as they are."""
    arn = sns.create_topic(Name=topic)["TopicArn"]
    queue = sqs.create_queue(QueueName=topic)["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    sns.subscribe(
        TopicArn=arn,
        Protocol="sqs",
        Endpoint=attributes["QueueArn"],
        Attributes={"RawMessageDelivery": "true"},
    )
    return arn, queue


def received(sqs: SQSClient, queue: str) -> list[Any]:
    messages: list[Any] = []
    while batch := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        messages += [json.loads(message["Body"]) for message in batch]
    return messages


def test_batch_of_ten_with_a_poison_and_a_throttled_object(
    s3: S3Client, sns: SNSClient, sqs: SQSClient, aws_endpoint: str
) -> None:
    """The throttled one comes again, the poison is kept with its bytes, eight sets of verdicts are told."""
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    bodies: list[Any] = []
    for n in range(9):
        s3.put_object(Bucket=BUCKET, Key=f"log-{n}", Body=log_file([attached(f"{n}a"), attached(f"{n}b")]))
        bodies.append(attached("x").as_s3_notification(bucket=BUCKET, key=f"log-{n}").as_sns())
    bodies.insert(4, POISON)
    batch = sqs_event(bodies)
    topic, queue = queue_behind("verdicts", sns, sqs)
    dead_topic, dead_queue = queue_behind("dead-letters", sns, sqs)
    with throttling_s3(aws_endpoint, "log-7") as client:
        judging = guard(
            SnsNotifier(topic, client=sns), dead_letter=SnsNotifier(dead_topic, client=sns), s3=client
        )

        answer = judging.handle(batch)

    assert answer == failures(ids(batch)[8])
    assert sorted(verdict["resource"] for verdict in received(sqs, queue)) == sorted(
        f"igw-{n}{letter}" for n in (0, 1, 2, 3, 4, 5, 6, 8) for letter in "ab"
    )
    [letter] = received(sqs, dead_queue)
    assert base64.b64decode(letter["data"]).decode() == POISON
    assert (letter["kind"], letter["origin"]) == ("dead-letter", f"sqs {ids(batch)[4]}")
    assert letter["error"].startswith("not JSON")


# Permanent and transient


def test_poison_without_a_dead_letter_comes_again() -> None:
    """Nobody has it otherwise. The notifiers are told, and its neighbours' verdicts are delivered."""
    kept = Kept()
    batch = sqs_event([attached("1"), POISON, attached("2")])

    assert guard(kept).handle(batch) == failures(ids(batch)[1])
    assert kept.resources == ["igw-1", "igw-2"]
    assert [one.message_id for one in kept.notices if isinstance(one, DecodeFailure)] == [ids(batch)[1]]


def test_poison_with_a_dead_letter_is_handled() -> None:
    """It is told to nobody else: whoever watches the dead letters knows."""
    kept, letters = Kept(), Kept()
    batch = sqs_event([attached("1"), POISON])

    assert guard(kept, dead_letter=letters).handle(batch) == failures()
    assert kept.resources == ["igw-1"]
    assert len(kept.notices) == 1
    assert letters.notices == [
        DeadLetter(
            f"sqs {ids(batch)[1]}",
            "not JSON: Expecting value at character 0",
            POISON.encode(),
            ids(batch)[1],
        )
    ]


def test_poison_that_the_dead_letter_does_not_take_comes_again() -> None:
    batch = sqs_event([attached("1"), POISON])

    assert guard(Kept(), dead_letter=Broken()).handle(batch) == failures(ids(batch)[1])


def test_bad_record_in_a_good_file_is_a_dead_letter_of_its_own() -> None:
    """Its neighbours in the same message are judged, and the message is done."""
    kept, letters = Kept(), Kept()
    nameless = {key: value for key, value in attached("2").raw.items() if key != "eventName"}
    batch = sqs_event([json.dumps({"Records": [attached("1").raw, nameless]})])

    assert guard(kept, dead_letter=letters).handle(batch) == failures()
    assert kept.resources == ["igw-1"]
    [letter] = letters.notices
    assert isinstance(letter, DeadLetter)
    assert letter.origin == f"sqs {ids(batch)[0]} > record 2"
    assert json.loads(letter.data) == nameless


def test_undelivered_verdict_has_its_message_come_again() -> None:
    """That message alone; the other notifiers got everything."""
    kept = Kept()
    batch = sqs_event([attached("1"), attached("2"), attached("3")])

    assert guard(kept, Choosy("igw-2")).handle(batch) == failures(ids(batch)[1])
    assert kept.resources == ["igw-1", "igw-2", "igw-3"]


def test_notifier_that_is_down_has_every_message_with_a_verdict_come_again() -> None:
    """And none without one: there was nothing to tell."""
    batch = sqs_event([attached("1"), cloudtrail_event("ec2:DescribeVpcs"), attached("3")])

    assert guard(Broken()).handle(batch) == failures(ids(batch)[0], ids(batch)[2])


def test_object_that_is_gone_is_a_dead_letter(s3: S3Client) -> None:
    """It will not come back; S3 that is merely busy is another matter."""
    letters = Kept()
    batch = attached("1").as_s3_notification(bucket="no-such-bucket", key="gone").as_sqs()

    assert guard(Kept(), dead_letter=letters, s3=s3).handle(batch) == failures()
    [letter] = letters.notices
    assert isinstance(letter, DeadLetter)
    assert letter.origin == f"sqs {ids(batch)[0]} > s3://no-such-bucket/gone"
    assert "NoSuchBucket" in letter.error


def test_rule_that_raises_is_told_and_nothing_comes_again() -> None:
    kept = Kept()
    batch = sqs_event([attached("1")])

    assert guard(kept, rules=[does_not_work], only=[RULE, "does-not-work"]).handle(batch) == failures()
    assert len(kept.notices) == 2


def test_notice_that_a_notifier_made_up_has_the_whole_batch_come_again() -> None:
    """It cannot be said from which message it came."""

    class Copying:
        name = "copying"

        def send(self, notices: Sequence[Notice]) -> Iterable[Undelivered]:
            return [Undelivered(DecodeFailure("?", "?", b""), self.name, "lost it") for _ in notices[:1]]

    with pytest.raises(UnfinishedError, match="notifier copying: lost it"):
        guard(Copying()).handle(sqs_event([attached("1"), attached("2")]))


# Each invoker in its own terms


def test_fifo_queue_gets_everything_after_the_first_failure_back() -> None:
    """What was delivered already bears the same ids when it comes again."""
    kept = Kept()
    batch = sqs_event([attached("1"), POISON, attached("3")], fifo=True)

    assert guard(kept).handle(batch) == failures(*ids(batch)[1:])
    assert kept.resources == ["igw-1", "igw-3"]


def test_kinesis_gets_the_lowest_failed_number_back() -> None:
    batch = kinesis_event([attached("1").as_cloudwatch_logs(), b"poison", attached("3"), b"poison"])

    answer = guard(Kept()).handle(batch)

    assert answer == failures(batch["Records"][1]["kinesis"]["sequenceNumber"])


def test_firehose_gets_each_record_back() -> None:
    control = json.dumps({"messageType": "CONTROL_MESSAGE", "logEvents": []})
    batch = firehose_event(
        [attached("1").as_cloudwatch_logs(), cloudtrail_event("ec2:DescribeVpcs"), b"poison", control]
    )
    dropping = Settings(answers=Answers(firehose_unmatched="drop"))

    kept, dropped = guard(Kept()).handle(batch), guard(Kept(), settings=dropping).handle(batch)

    assert [record["recordId"] for record in kept["records"]] == [r["recordId"] for r in batch["records"]]
    assert [r["result"] for r in kept["records"]] == ["Ok", "Ok", "ProcessingFailed", "Dropped"]
    assert [r["result"] for r in dropped["records"]] == ["Ok", "Dropped", "ProcessingFailed", "Dropped"]
    assert kept["records"][0]["data"] == batch["records"][0]["data"]


def test_asynchronous_invoker_gets_an_exception_after_everything_was_delivered() -> None:
    kept = Kept()

    with pytest.raises(UnfinishedError, match="log event 2"):
        guard(kept).handle(cloudwatch_logs_event([attached("1"), "START RequestId", attached("3")]))

    assert kept.resources == ["igw-1", "igw-3"]


def test_asynchronous_invoker_gets_none_if_the_poison_is_kept() -> None:
    kept, letters = Kept(), Kept()

    summary = guard(kept, dead_letter=letters).handle(cloudwatch_logs_event([attached("1"), "START", "STOP"]))

    assert summary["records"] == {"seen": 3, "unrouted": 0, "judged": 1, "ignored": 0, "failed": 2}
    assert len(letters.notices) == 2


def test_summary_says_why_something_was_ignored() -> None:
    summary = guard(Kept()).handle(sns_event("CloudTrail validation message."))

    assert summary["ignored_because"] == {"CloudTrail's validation message": 1}


def test_event_that_comes_twice_is_told_once() -> None:
    """In two messages, or through two channels."""
    kept = Kept()
    once = attached("1")
    batch = sqs_event([once, once.as_sns(), once.as_eventbridge()])

    assert guard(kept).handle(batch) == failures()
    assert kept.resources == ["igw-1"]


def test_what_is_not_done_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Lambda shows nobody a partial batch response. No line can break out of its line, nor show content."""
    batch = sqs_event([attached("1").as_s3_notification(bucket="b", key="a\n\x1b[2Jb"), "secret"])
    with caplog.at_level(logging.WARNING, "trailguard"):
        guard(Kept(), s3=object()).handle(batch)

    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 2
    assert told[0].startswith(f"not done: sqs {ids(batch)[0]} > s3://b/a\\n\\x1b[2Jb: ")
    assert all(line.isprintable() and "secret" not in line for line in told)


# What a message may make us read


def test_file_that_names_a_file_is_not_followed(s3: S3Client) -> None:
    """Whoever may write a log file could have everything read that the function may read, or without end."""
    loop = attached("1").as_s3_notification(bucket="loop", key="loop.json")
    s3.create_bucket(Bucket="loop", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="loop", Key="loop.json", Body=loop.content)

    [failure] = guard(s3=s3).judge(loop).failures

    assert isinstance(failure, DecodeFailure)
    assert failure.origin == "s3://loop/loop.json > s3://loop/loop.json"
    assert "is not fetched" in failure.error


def test_limits_of_the_settings_hold_for_messages_and_for_files(s3: S3Client) -> None:
    s3.create_bucket(Bucket="limits", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="limits", Key="log", Body=log_file([attached("1")] * 20))
    named = attached("1").as_s3_notification(bucket="limits", key="log")
    packed = cloudwatch_logs_event([attached("1")] * 20)

    for limits, problem in (
        (Limits(max_bytes=9_000), "larger than 9,000 bytes"),
        (Limits(max_record_bytes=100), "larger than the 100 bytes"),
    ):
        judging = guard(s3=s3, settings=Settings(limits=limits))
        for payload in (named, packed):
            report = judging.judge(payload)
            assert report.verdicts == ()
            assert {problem in failure.error for failure in report.failures} == {True}


def test_depth_of_the_settings_holds() -> None:
    deep = attached("1").as_eventbridge().as_sns().as_sqs()

    for depth, failed in ((3, 0), (2, 1)):
        report = guard(settings=Settings(limits=Limits(max_depth=depth))).judge(deep)
        assert report.counts.failed == failed


# Settings


def test_dead_letter_in_settings(tmp_path: Any) -> None:
    path = tmp_path / "trailguard.toml"
    path.write_text(
        '[dead_letter]\ntype = "sns"\ntopic_arn = "arn:aws:sns:eu-west-1:111122223333:undecodable"\n'
    )

    assert isinstance(Guard.from_settings(path).dead_letter, SnsNotifier)
    assert isinstance(Guard.from_settings(path, notifiers=[Kept()]).dead_letter, SnsNotifier)
    assert Guard.from_settings(Settings()).dead_letter is None


def test_dead_letter_given_in_code_replaces_the_one_in_settings(tmp_path: Any) -> None:
    path = tmp_path / "trailguard.toml"
    path.write_text('[dead_letter]\ntype = "sns"\ntopic_arn = "nonsense"\n')
    letters = Kept()

    assert Guard.from_settings(path, dead_letter=letters).dead_letter is letters
    assert Guard.from_settings(path, notifiers=()).dead_letter is None


def test_dead_letter_that_is_set_wrongly_is_named(tmp_path: Any) -> None:
    path = tmp_path / "trailguard.toml"
    path.write_text('[dead_letter]\ntype = "fax"\n')

    with pytest.raises(Exception, match=r"dead_letter\.type: no notifier is called 'fax'"):
        Guard.from_settings(path)
