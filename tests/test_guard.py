from __future__ import annotations

import base64
import copy
import gzip
import json
import logging
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from trailguard import CloudTrailEvent, Engine, Guard, Match, Severity, Verdict, Violation, hookimpl, rule
from trailguard.errors import (
    NoRulesError,
    PluginError,
    ReadError,
    SettingsError,
    UnfinishedError,
    UnsupportedEvent,
)
from trailguard.message import to_json
from trailguard.notifiers.sns import SnsNotifier
from trailguard.notifiers.stream import StreamNotifier
from trailguard.notify import Undelivered
from trailguard.record import DecodeFailure, ReadFailure
from trailguard.report import Counts
from trailguard.rules import BUILTIN_RULES
from trailguard.settings import NotifierSettings, RuleSettings, Settings
from trailguard.sources import find
from trailguard.testing import cloudtrail_event, configuration_item, log_file, sqs_event
from trailguard.verdict import PluginFailure, RuleFailure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient

    from trailguard.report import Notice

ATTACHED = cloudtrail_event(
    "ec2:AttachInternetGateway", request={"internetGatewayId": "igw-0example", "vpcId": "vpc-0example"}
)
REFUSED = cloudtrail_event("ec2:AttachInternetGateway", error="Client.UnauthorizedOperation")
DELETED = cloudtrail_event("s3:DeleteBucket", request={"bucketName": "amzn-s3-demo-bucket"})
NO_NAME = {key: value for key, value in ATTACHED.raw.items() if key != "eventName"}
RULE = "internet-gateway-attached"


@rule(on="s3:DeleteBucket", severity=Severity.HIGH, title="Bucket deleted")
def bucket_deleted(event: CloudTrailEvent) -> str:
    return f"{event.request_parameters['bucketName']} is gone"


@rule(on=["s3:DeleteBucket", "ec2:AttachInternetGateway"], severity=Severity.LOW, title="Does not work")
def does_not_work(event: CloudTrailEvent) -> str:
    return str(event.request_parameters["noSuchParameter"])


class Kept:
    """Keeps what it is told."""

    name = "kept"

    def __init__(self) -> None:
        self.notices: list[Notice] = []

    def send(self, notices: Sequence[Notice]) -> Iterable[Undelivered]:
        self.notices += notices
        return ()


class Broken:
    """Raises, whatever it is told."""

    name = "broken"

    def send(self, notices: Sequence[Notice]) -> Iterable[Undelivered]:
        raise ConnectionError(f"cannot deliver {len(notices)}")


class Refusing:
    """Takes nothing."""

    name = "refusing"

    def send(self, notices: Sequence[Notice]) -> Iterable[Undelivered]:
        return [Undelivered(notice, self.name, "no, thank you") for notice in notices]


def guard(*notifiers: Any, rules: Iterable[Any] = (), only: Iterable[str] | None = (RULE,)) -> Guard:
    return Guard.from_settings(Settings(), rules=rules, notifiers=notifiers, only=only)


def another(event: CloudTrailEvent) -> dict[str, Any]:
    """Return the record of the same call, made once more."""
    return event.raw | {"eventID": f"{event.event_id}-2"}


def log_lines(*messages: Any) -> dict[str, Any]:
    """Make what CloudWatch Logs hands to a subscribed Lambda function."""
    content = {
        "messageType": "DATA_MESSAGE",
        "owner": "111122223333",
        "logGroup": "/aws/cloudtrail",
        "logStream": "111122223333_CloudTrail_us-east-1",
        "subscriptionFilters": ["all"],
        "logEvents": [
            {
                "id": str(n),
                "timestamp": 1_772_442_000_000,
                "message": one if isinstance(one, str) else json.dumps(one),
            }
            for n, one in enumerate(messages)
        ],
    }
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(content).encode())).decode()}}


def eventbridge(detail: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Make what EventBridge hands to a target."""
    return {
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": "AWS API Call via CloudTrail",
        "source": "aws.ec2",
        "account": "111122223333",
        "time": "2026-03-02T09:00:00Z",
        "region": "us-east-1",
        "resources": [],
        "detail": detail,
        **changes,
    }


SHAPES: dict[str, Any] = {
    "object": {"Records": [ATTACHED.raw]},
    "list": [ATTACHED.raw],
    "record": ATTACHED.raw,
    "text": json.dumps({"Records": [ATTACHED.raw]}),
    "bytes": json.dumps({"Records": [ATTACHED.raw]}).encode(),
    "gzipped": log_file([ATTACHED]),
    "cloudwatch logs": log_lines(ATTACHED.raw),
    "eventbridge": eventbridge(ATTACHED.raw),
}

each_shape = pytest.mark.parametrize("payload", SHAPES.values(), ids=SHAPES)


# judge


@each_shape
def test_judges_a_record_in_any_wrapping(payload: Any) -> None:
    """The verdict is the same, id and all, and so is the answer for a call that was refused."""
    [found] = guard().judge(payload).verdicts
    [expected] = guard().judge([ATTACHED.raw]).verdicts

    assert found.rule_id == RULE
    assert json.loads(to_json(found)) == json.loads(to_json(expected)) | {"origin": found.origin}


@pytest.mark.parametrize(
    "payload",
    [{"Records": [REFUSED.raw]}, log_lines(REFUSED.raw), eventbridge(REFUSED.raw), log_file([REFUSED])],
    ids=["object", "cloudwatch logs", "eventbridge", "gzipped"],
)
def test_near_miss_in_any_wrapping(payload: Any) -> None:
    """The same call, but refused: nothing was changed by it."""
    report = guard().judge(payload)

    assert (report.verdicts, report.failures, report.counts.seen) == ((), (), 1)


def test_judge_does_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody is told, nothing is written, the payload stays as it is, and the second time is the same."""
    judging = guard(Broken(), rules=[bucket_deleted, does_not_work], only=None)
    payload = {"Records": [ATTACHED.raw, DELETED.raw, NO_NAME, 7]}
    before = copy.deepcopy(payload)

    first, second = judging.judge(payload), judging.judge(payload)

    assert payload == before
    assert first == second
    assert first.verdicts
    assert first.failures
    assert capsys.readouterr() == ("", "")


def test_order_is_that_of_the_records() -> None:
    events = [cloudtrail_event("ec2:AttachInternetGateway", eventID=f"event-{n}") for n in range(9)]

    report = guard().judge({"Records": [event.raw for event in events]})

    assert [verdict.event_id for verdict in report.verdicts] == [event.event_id for event in events]


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"hello": "world"},
        None,
        7,
        "7",
        {"Records": [{"eventSource": "aws:dynamodb", "dynamodb": {}}]},
        eventbridge({}, **{"detail-type": "EC2 Instance State-change Notification"}),
        {"Records": object()},
    ],
    ids=["empty", "object", "None", "number", "text", "DynamoDB", "other event", "no JSON"],
)
def test_payload_of_unknown_shape(payload: Any) -> None:
    """It is no empty success, and nobody is told of what was not understood."""
    kept = Kept()

    with pytest.raises(UnsupportedEvent, match="trailguard takes: a CloudTrail log file") as judged:
        guard(kept).judge(payload)
    with pytest.raises(UnsupportedEvent) as handled:
        guard(kept).handle(payload)

    assert str(judged.value) == str(handled.value)
    assert kept.notices == []


# from_settings


def toml(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "trailguard.toml"
    path.write_text(text, "utf-8")
    return path


def test_without_settings_verdicts_go_to_standard_output(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In Lambda, that is CloudWatch Logs."""
    monkeypatch.delenv("TRAILGUARD_SETTINGS", raising=False)

    Guard.from_settings(only=[RULE]).handle({"Records": [ATTACHED.raw]})

    assert json.loads(capsys.readouterr().out)["rule_id"] == RULE


def test_settings_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Lambda function has no arguments to give."""
    path = toml(tmp_path, f'[rules.{RULE}]\nseverity = "critical"\n')
    monkeypatch.setenv("TRAILGUARD_SETTINGS", str(path))

    [verdict] = Guard.from_settings(only=[RULE]).judge([ATTACHED.raw]).verdicts

    assert verdict.severity is Severity.CRITICAL


def test_settings_made_in_code() -> None:
    settings = Settings(rules={RULE: RuleSettings(severity=Severity.LOW)}, notifiers=())

    [verdict] = Guard.from_settings(settings, only=[RULE]).judge([ATTACHED.raw]).verdicts

    assert verdict.severity is Severity.LOW


def test_rules_that_are_off_do_not_judge(tmp_path: Path) -> None:
    path = toml(tmp_path, f"[rules.{RULE}]\nenabled = false\n")

    report = Guard.from_settings(path).judge([ATTACHED.raw])

    assert report.verdicts
    assert RULE not in {verdict.rule_id for verdict in report.verdicts}


def test_rules_that_are_all_off() -> None:
    """Everything would look compliant."""
    everything = Guard.from_settings(Settings()).engine.rules
    settings = Settings(rules={one.id: RuleSettings(enabled=False) for one in everything})

    with pytest.raises(NoRulesError, match="turn every rule off"):
        Guard.from_settings(settings)


def test_only_some_rules() -> None:
    judging = guard(rules=[bucket_deleted], only=[RULE, "bucket-deleted"])

    assert [one.id for one in judging.engine.rules] == ["bucket-deleted", RULE]


def test_only_a_rule_that_does_not_exist() -> None:
    with pytest.raises(SettingsError, match=r"no such rule \(did you mean 'internet-gateway-attached'\?\)"):
        guard(only=["internet-gateway-atached"])


def test_further_rules_join_the_built_in_ones() -> None:
    report = guard(rules=[bucket_deleted], only=None).judge([DELETED.raw, ATTACHED.raw])

    assert {"bucket-deleted", RULE} <= {verdict.rule_id for verdict in report.verdicts}
    assert report.verdicts[0].reason == "amzn-s3-demo-bucket is gone"


def test_further_rules_are_set_as_built_in_ones_are(tmp_path: Path) -> None:
    path = toml(tmp_path, '[rules.bucket-deleted]\nseverity = "info"\n')

    [verdict] = Guard.from_settings(path, rules=[bucket_deleted]).judge([DELETED.raw]).verdicts

    assert verdict.severity is Severity.INFO


def test_plugins_bring_rules_and_notifiers(tmp_path: Path) -> None:
    """No metadata is needed for it."""
    kept = Kept()
    plugin = SimpleNamespace(
        __name__="acme",
        trailguard_rules=hookimpl(lambda: [bucket_deleted]),
        trailguard_notifiers=hookimpl(lambda: {"acme-pager": lambda: kept}),
    )
    path = toml(tmp_path, '[[notifiers]]\ntype = "acme-pager"\n')

    Guard.from_settings(path, plugins=[plugin]).handle([DELETED.raw])

    assert [one.rule_id for one in kept.notices if isinstance(one, Verdict)] == ["bucket-deleted"]


def test_notifiers_given_in_code_replace_those_in_settings(tmp_path: Path) -> None:
    """A test, or the command line, does not want to tell anybody."""
    path = toml(tmp_path, '[[notifiers]]\ntype = "sns"\ntopic_arn = "nonsense"\n')

    assert Guard.from_settings(path, notifiers=()).notifiers == ()


def test_stream_in_settings(tmp_path: Path) -> None:
    [notifier] = Guard.from_settings(toml(tmp_path, '[[notifiers]]\ntype = "stream"\n')).notifiers

    assert isinstance(notifier, StreamNotifier)


def test_several_notifiers_in_settings_keep_their_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client is made for the topic's region; none is asked for in the environment."""
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    path = toml(
        tmp_path,
        """
        [[notifiers]]
        type = "sns"
        topic_arn = "arn:aws:sns:eu-west-1:111122223333:security"

        [[notifiers]]
        type = "stream"
        """,
    )

    notifiers = Guard.from_settings(path).notifiers

    assert [type(notifier) for notifier in notifiers] == [SnsNotifier, StreamNotifier]


@pytest.mark.parametrize(
    ("options", "key", "problem"),
    [
        (
            'type = "snss"',
            "notifiers.0.type",
            "no notifier is called 'snss' (did you mean 'sns'?); there are",
        ),
        ('type = "pigeon"', "notifiers.0.type", "no notifier is called 'pigeon'; there are eventbridge"),
        ('type = "sns"', "notifiers.0", "sns: "),
        (
            'type = "sns"\ntopic_arn = "security"',
            "notifiers.0",
            "sns: topic_arn is 'security'; expected arn:",
        ),
        ('type = "sns"\ntopic_arn = 5', "notifiers.0", "sns: "),
        ('type = "sns"\ntopic = "arn:aws:sns:eu-west-1:111122223333:x"', "notifiers.0", "'topic'"),
        (
            'type = "sns"\ntopic_arn = "arn:aws:sns:eu-west-1:111122223333:x"\nclient = "mine"',
            "notifiers.0",
            "client",
        ),
        ('type = "stream"\ncolour = true', "notifiers.0", "'colour'"),
        ('type = "stream"\nstream = "verdicts.jsonl"', "notifiers.0", "stream"),
        ('topic_arn = "arn:aws:sns:eu-west-1:111122223333:x"', "notifiers.0.type", "is missing"),
    ],
    ids=[
        "misspelt type",
        "unknown type",
        "no topic",
        "no ARN",
        "number for an ARN",
        "unknown option",
        "text for a client",
        "unknown option of stream",
        "text for a stream",
        "no type",
    ],
)
def test_notifier_that_is_set_wrongly(tmp_path: Path, options: str, key: str, problem: str) -> None:
    """The file, the place in it and the notifier are named, when the guard is made and not later."""
    path = toml(tmp_path, f"[[notifiers]]\n{options}\n")

    with pytest.raises(SettingsError) as caught:
        Guard.from_settings(path)

    assert (caught.value.source, caught.value.key) == (str(path), key)
    assert problem in str(caught.value)


def test_second_notifier_is_counted(tmp_path: Path) -> None:
    """The place that is named is that of the notifier with the mistake."""
    path = toml(tmp_path, '[[notifiers]]\ntype = "stream"\n[[notifiers]]\ntype = "fax"\n')

    with pytest.raises(SettingsError, match=r"notifiers\.1\.type: no notifier is called 'fax'"):
        Guard.from_settings(path)


def test_notifier_set_in_code() -> None:
    settings = Settings(notifiers=(NotifierSettings.model_validate({"type": "fax", "number": 1}),))

    with pytest.raises(SettingsError, match=r"settings: notifiers\.0\.type: no notifier is called 'fax'"):
        Guard.from_settings(settings)


# scan


def test_scans_files_one_after_the_other(tmp_path: Path) -> None:
    """What cannot be read or understood stays with itself."""
    (tmp_path / "a.json.gz").write_bytes(log_file([ATTACHED, REFUSED]))
    (tmp_path / "b.json").write_text('{"hello": "world"}', "utf-8")
    (tmp_path / "c.json").write_text(json.dumps([NO_NAME, another(ATTACHED)]), "utf-8")
    counts = Counts()

    notices = list(guard().scan(find([tmp_path / "missing", tmp_path]), counts))

    assert [(type(one), one.origin.replace(f"{tmp_path}/", "")) for one in notices] == [
        (ReadFailure, "missing"),
        (Verdict, "a.json.gz > record 1"),
        (DecodeFailure, "b.json"),
        (DecodeFailure, "c.json > record 1"),
        (Verdict, "c.json > record 2"),
    ]
    assert (counts.seen, counts.failed, counts.unread, counts.verdicts.total()) == (5, 2, 1, 2)
    assert not counts.complete


def test_scan_of_a_file_that_is_gone(tmp_path: Path) -> None:
    """Those before and after it are judged."""
    for name in "abc":
        (tmp_path / f"{name}.json").write_text(json.dumps([ATTACHED.raw | {"eventID": name}]), "utf-8")
    sources = list(find([tmp_path]))
    (tmp_path / "b.json").unlink()

    notices = list(guard().scan(sources, Counts()))

    assert [type(one) for one in notices] == [Verdict, ReadFailure, Verdict]
    assert notices[1].origin == str(tmp_path / "b.json")


def test_scan_tells_how_far_it_is(tmp_path: Path) -> None:
    """In bytes as they lie there, gzipped or not: a folder's sizes are known before it is read."""
    for name in "ab":
        (tmp_path / f"{name}.json.gz").write_bytes(log_file([ATTACHED] * 50))
    sources = list(find([tmp_path]))
    read: list[int] = []

    list(guard().scan(sources, Counts(), read.append))

    assert sum(read) == sum(one.size for one in sources if not isinstance(one, ReadError))


def test_scan_reads_no_further_than_asked(tmp_path: Path) -> None:
    """Verdicts come as they are found, not at the end."""
    (tmp_path / "a.json").write_text(json.dumps([ATTACHED.raw]), "utf-8")
    counts = Counts()
    notices = guard().scan(find([tmp_path / "a.json", tmp_path / "missing"]), counts)

    assert isinstance(next(notices), Verdict)
    assert counts.unread == 0
    assert isinstance(next(notices), ReadFailure)
    assert counts.unread == 1


def test_scan_tells_no_notifier(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([ATTACHED.raw]), "utf-8")
    kept = Kept()

    assert len(list(guard(kept).scan(find([tmp_path]), Counts()))) == 1
    assert kept.notices == []


# handle


@each_shape
def test_handle_delivers_and_sums_up(payload: Any) -> None:
    """The answer can be sent as JSON, which is what Lambda does with it."""
    kept, also_kept = Kept(), Kept()

    summary = guard(kept, also_kept).handle(payload, SimpleNamespace(aws_request_id="1"))

    assert [one.rule_id for one in kept.notices if isinstance(one, Verdict)] == [RULE]
    assert also_kept.notices == kept.notices
    assert json.loads(json.dumps(summary)) == summary
    assert summary == {
        "records": {"seen": 1, "unrouted": 0, "judged": 1, "ignored": 0, "failed": 0},
        "ignored_because": {},
        "verdicts": 1,
        "suppressed": 0,
        "below": 0,
        "failures": 0,
    }


def test_handle_of_nothing_to_tell() -> None:
    """A near miss: the call was refused. A notifier that does not work is no matter then."""
    summary = guard(Broken()).handle(log_lines(REFUSED.raw))

    assert summary["records"] == {"seen": 1, "unrouted": 1, "judged": 0, "ignored": 0, "failed": 0}
    assert (summary["verdicts"], summary["failures"]) == (0, 0)


def test_an_event_that_comes_again_is_told_once() -> None:
    """A warm function answers as a cold one, and remembers what it told; another one bears the same id."""
    kept, other = Kept(), Kept()
    handler = guard(kept).handle

    first, second = handler({"Records": [ATTACHED.raw]}, None), handler({"Records": [ATTACHED.raw]}, None)
    guard(other).handle({"Records": [ATTACHED.raw]})

    assert first == second
    assert len(kept.notices) == 1
    assert other.notices == kept.notices


def test_control_message_is_acknowledged() -> None:
    """CloudWatch Logs sends one to see whether the function is there."""
    content = {"messageType": "CONTROL_MESSAGE", "logEvents": [{"message": "CWL CONTROL MESSAGE"}]}
    data = base64.b64encode(gzip.compress(json.dumps(content).encode())).decode()

    summary = guard(Broken()).handle({"awslogs": {"data": data}})

    assert summary["records"]["ignored"] == 1


@pytest.mark.parametrize(
    "payload",
    [
        {"Records": [NO_NAME, ATTACHED.raw]},
        {"Records": [ATTACHED.raw, 7]},
        log_lines("cut off {", ATTACHED.raw),
        log_file([ATTACHED])[:-4],
    ],
    ids=["no name", "scalar", "log event", "cut off"],
)
def test_record_that_cannot_be_decoded_is_left_to_the_invoker(payload: Any) -> None:
    """After everything else was delivered, and the failure with it: to try again, or to set it aside."""
    kept = Kept()

    with pytest.raises(UnfinishedError, match="1 not done:\n- ") as caught:
        guard(kept).handle(payload)

    [failure] = [one for one in kept.notices if isinstance(one, DecodeFailure)]
    assert [one.rule_id for one in kept.notices if isinstance(one, Verdict)] == [RULE]
    assert caught.value.problems == (f"{failure.origin}: {failure.error}",)


@pytest.mark.parametrize(
    ("notifier", "problem"),
    [
        (Broken(), "notifier broken: ConnectionError: cannot deliver 2"),
        (Refusing(), "notifier refusing: no, thank you"),
    ],
    ids=["raises", "refuses"],
)
def test_notice_that_cannot_be_delivered_is_left_to_the_invoker(notifier: Any, problem: str) -> None:
    """After all other notifiers got it."""
    before, after = Kept(), Kept()
    twice = [ATTACHED.raw, ATTACHED.raw | {"eventID": "another"}]

    with pytest.raises(UnfinishedError) as caught:
        guard(before, notifier, after).handle({"Records": twice})

    assert caught.value.problems == (problem, problem)
    assert len(before.notices) == len(after.notices) == 2


def test_rule_that_raises_is_told_and_counted() -> None:
    """Other rules and records go on. To try again would not help, so the invoker is not asked to."""
    kept = Kept()
    judging = guard(
        kept, rules=[bucket_deleted, does_not_work], only=[RULE, "bucket-deleted", "does-not-work"]
    )

    summary = judging.handle({"Records": [ATTACHED.raw, DELETED.raw]})

    assert [one.rule_id for one in kept.notices if isinstance(one, Verdict)] == [RULE, "bucket-deleted"]
    assert [
        (one.rule_id, one.event_id, one.event_name) for one in kept.notices if isinstance(one, RuleFailure)
    ] == [
        ("does-not-work", ATTACHED.event_id, "AttachInternetGateway"),
        ("does-not-work", DELETED.event_id, "DeleteBucket"),
    ]
    assert (summary["verdicts"], summary["failures"]) == (2, 2)


def test_log_has_counts_and_nothing_of_events(caplog: pytest.LogCaptureFixture) -> None:
    """Events hold secrets, and logs are read by many."""
    secret = cloudtrail_event("ec2:AttachInternetGateway", request={"internetGatewayId": "igw-0secret"})
    with caplog.at_level(logging.INFO, "trailguard"):
        guard().handle({"Records": [secret.raw]})

    [record] = caplog.records
    assert record.name == "trailguard"
    assert record.getMessage() == "judged 1 records: 1 verdicts"
    assert vars(record)["records"] == {"seen": 1, "unrouted": 0, "judged": 1, "ignored": 0, "failed": 0}
    assert "igw-0secret" not in str(vars(record))


def test_error_that_the_invoker_gets_has_nothing_of_events() -> None:
    """Lambda writes it to its log."""
    secret = ATTACHED.raw | {"eventTime": "no time at all", "userAgent": "top secret"}

    with pytest.raises(UnfinishedError) as caught:
        guard(Kept()).handle({"Records": [secret]})

    assert "eventTime" in str(caught.value)
    assert "no time at all" not in str(caught.value)
    assert "top secret" not in str(caught.value)


def test_guard_of_an_engine() -> None:
    """Settings are no must."""

    @rule(on=Match("ec2:*", outcome="any"), severity=Severity.INFO, title="EC2 was called")
    def called(event: CloudTrailEvent) -> Violation:
        return Violation(event.action, resource=event.event_id)

    kept = Kept()

    summary = Guard(Engine([called]), [kept]).handle([ATTACHED.raw, REFUSED.raw, DELETED.raw])

    assert [one.resource for one in kept.notices if isinstance(one, Verdict)] == [
        ATTACHED.event_id,
        REFUSED.event_id,
    ]
    assert summary["verdicts"] == 2


# Plugins that are left out

PROBLEMS = (
    PluginError("acme-rules 1.2.3", "cannot be loaded"),
    PluginError("other-rules 4.5", "implements no hook"),
)
LEFT_OUT = [
    PluginFailure("acme-rules 1.2.3", "cannot be loaded"),
    PluginFailure("other-rules 4.5", "implements no hook"),
]


class Busy(Kept):
    """Delivers nothing until it is told to."""

    name = "busy"
    is_busy = True

    def send(self, notices: Sequence[Notice]) -> Iterable[Undelivered]:
        if self.is_busy:
            raise TimeoutError("try again")
        return super().send(notices)


class Config:
    """Keeps what AWS Config is told, as (resource, compliance)."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def put_evaluations(self, *, Evaluations: list[dict[str, Any]], **_: Any) -> dict[str, Any]:  # noqa: N803
        self.told += [(one["ComplianceResourceId"], one["ComplianceType"]) for one in Evaluations]
        return {}


def incomplete(*notifiers: Any, **options: Any) -> Guard:
    return Guard(Engine([bucket_deleted]), notifiers, problems=PROBLEMS, **options)


def test_plugins_that_are_left_out_are_told_once() -> None:
    """Before the verdicts of the first invocation, whatever that brings; each summary counts them."""
    kept, also_kept = Kept(), Kept()
    judging = incomplete(kept, also_kept)

    first, second = (judging.handle([DELETED.raw])["failures"] for _ in range(2))

    assert kept.notices[:2] == LEFT_OUT
    assert [type(one) for one in kept.notices[2:]] == [Verdict]
    assert also_kept.notices == kept.notices
    assert (first, second) == (2, 2)


def test_plugins_that_are_left_out_are_told_where_nothing_can_be_judged() -> None:
    kept = Kept()

    with pytest.raises(UnsupportedEvent):
        incomplete(kept).handle({"hello": "world"})

    assert kept.notices == LEFT_OUT


def test_plugins_that_are_left_out_are_told_again_if_nobody_was(caplog: pytest.LogCaptureFixture) -> None:
    """By the next invocation; this one is not to be repeated for it, since its own verdicts are told."""
    busy, kept = Busy(), Kept()
    judging = incomplete(busy, kept)

    assert judging.handle([ATTACHED.raw])["failures"] == 2
    assert "not done: notifier busy: TimeoutError: try again" in caplog.text
    busy.is_busy = False
    for _ in range(2):
        judging.handle([ATTACHED.raw])

    assert busy.notices == kept.notices == LEFT_OUT


def test_batch_is_not_repeated_because_a_plugin_is_left_out() -> None:
    batch = sqs_event([ATTACHED])

    assert incomplete(Busy(), Kept()).handle(batch) == {"batchItemFailures": []}


def test_nothing_is_complete_without_the_plugins_that_are_left_out() -> None:
    """The counts say so; what was judged says nothing else, and nobody is told by it."""
    kept = Kept()
    judging = incomplete(kept)
    counts = Counts()

    report = judging.judge([DELETED.raw])
    scanned = list(judging.scan([], counts))

    assert (report.counts.plugin_failures, report.counts.complete) == (2, False)
    assert (counts.plugin_failures, counts.complete) == (2, False)
    assert ([one.rule_id for one in report.verdicts], report.failures, scanned) == (
        ["bucket-deleted"],
        (),
        [],
    )
    assert kept.notices == []


def test_plugin_that_is_left_out_is_counted_as_such() -> None:
    counts = Counts()

    counts.add(LEFT_OUT[0])

    assert counts == Counts(plugin_failures=1)
    assert (counts.failures, counts.complete, counts.seen) == (1, False, 0)


def test_nothing_is_left_out_of_a_guard_as_it_comes() -> None:
    """A near miss: nobody is told anything, and all is complete."""
    kept = Kept()

    assert guard(kept).judge([REFUSED.raw]).counts.complete
    assert guard(kept).handle([REFUSED.raw])["failures"] == 0
    assert kept.notices == []


def test_aws_config_is_told_no_compliance_that_nobody_knows() -> None:
    """All rules are asked, and some are missing: what was found is told, and that something is amiss."""
    config: Any = Config()
    judging = Guard(Engine(BUILTIN_RULES), config=config, problems=PROBLEMS)
    opened, closed = (
        configuration_item("AWS::EC2::SecurityGroup", {"ipPermissions": permissions}, resource_id=name)
        for name, permissions in (
            ("sg-open", [{"ipProtocol": "-1", "ipRanges": ["0.0.0.0/0"]}]),
            ("sg-closed", []),
        )
    )

    for item in (opened, closed):
        with pytest.raises(UnfinishedError, match="plugins are left out"):
            judging.handle(item.as_config_rule())

    assert config.told == [("sg-open", "NON_COMPLIANT")]


def test_aws_config_is_told_what_the_rules_say_that_it_names() -> None:
    """A near miss: none of those that it asks is missing."""
    config: Any = Config()
    judging = Guard(Engine(BUILTIN_RULES), config=config, problems=PROBLEMS)
    closed = configuration_item("AWS::EC2::SecurityGroup", {"ipPermissions": []}, resource_id="sg-closed")

    summary = judging.handle(closed.as_config_rule(parameters={"rules": "security-group-lets-internet-in"}))

    assert config.told == [("sg-closed", "COMPLIANT")]
    assert summary["failures"] == 0


def test_from_a_log_group_to_a_queue(
    sns: SNSClient, sqs: SQSClient, aws_endpoint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of it over HTTP: the settings name a topic, and the verdict is read from the queue behind it."""
    environment = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_ENDPOINT_URL_SNS": aws_endpoint,
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    topic = sns.create_topic(Name="guard")["TopicArn"]
    queue = sqs.create_queue(QueueName="guard")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=attributes["QueueArn"],
        Attributes={"RawMessageDelivery": "true"},
    )
    path = toml(tmp_path, f'[[notifiers]]\ntype = "sns"\ntopic_arn = "{topic}"\n')

    Guard.from_settings(path, only=[RULE]).handle(log_lines(ATTACHED.raw, REFUSED.raw))

    [message] = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert json.loads(message["Body"])["resource"] == "igw-0example"
