from __future__ import annotations

import importlib.util
import json
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import BaseModel

from trailguard import CloudTrailEvent, ConfigurationItem, Engine, Match, Severity, Violation, rule
from trailguard.decode import decode
from trailguard.errors import DecodingError
from trailguard.explain import Explanation, event_of, explain, fell_off, name_of
from trailguard.feeds import FEEDS, feed_of
from trailguard.listeners import Listener
from trailguard.models.config import ScheduledRun
from trailguard.record import Batch, Record, printable
from trailguard.rules import BUILTIN_RULES
from trailguard.testing import cloudtrail_event, configuration_item, root, scheduled_run
from trailguard.watch import ABSENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from trailguard._rule import Event, Rule

TESTS = Path(__file__).parent
EXAMPLES = TESTS.parent / "examples"

SIMPLE = cloudtrail_event("s3:PutBucketAcl", request={"bucketName": "b", "x-amz-acl": "public-read"})
DENIED = cloudtrail_event("s3:PutBucketAcl", error="AccessDenied")
BUCKET = configuration_item("AWS::S3::Bucket", {"name": "b"})
GONE = configuration_item("AWS::S3::Bucket", status="ResourceDeleted")
UNRECORDED = configuration_item("AWS::S3::Bucket", status="ResourceNotRecorded")
RUN = scheduled_run()


def listener(checked: Rule, params: BaseModel | None = None) -> Listener:
    return Listener(checked, params, checked.matches(params), severity=None)


def explained(checked: Rule, event: Event = SIMPLE, params: BaseModel | None = None) -> Explanation:
    return explain(listener(checked, params), event)


def event_rule(
    *on: str | Match, check: Callable[[CloudTrailEvent], Any] = lambda event: event.event_name
) -> Rule:
    @rule(on=on or ["s3:PutBucketAcl"], severity=Severity.HIGH, title="Something")
    def some_rule(event: CloudTrailEvent) -> Any:
        return check(event)

    return some_rule


def item_rule(*on: str | Match) -> Rule:
    @rule(on=on, severity=Severity.HIGH, title="Something")
    def some_rule(item: ConfigurationItem) -> str:
        return item.resource_id

    return some_rule


@rule(on="schedule", severity=Severity.HIGH, title="Something")
def some_run(run: ScheduledRun) -> str:
    """Ask AWS."""
    return str(run.client("iam"))


def record_of(event: Event) -> Record:
    own = feed_of(event)
    (kind,) = [kind for kind, feed in FEEDS.items() if feed is own]
    return Record(json.dumps(event.raw).encode(), kind=kind)


def reads_of(explanation: Explanation) -> dict[str, Any]:
    return dict(explanation.reads)


# What becomes of an event


class Choice(BaseModel, frozen=True):
    acl: str = "public-read"


@rule(on="s3:PutBucket*", severity=Severity.LOW, title="Public ACL")
def acl_of_a_kind(event: CloudTrailEvent, params: Choice) -> Iterator[Violation]:
    """One ACL is not wanted."""
    acl = event.request_parameters.get("x-amz-acl")
    if acl == params.acl:
        yield Violation(f"it is {acl}", severity=Severity.HIGH)


def test_violated() -> None:
    explanation = explained(acl_of_a_kind)

    assert explanation.rule is acl_of_a_kind
    assert explanation.fate == "violated"
    assert explanation.asked
    assert explanation.why == explanation.error == ""
    assert explanation.violations == (Violation("it is public-read", severity=Severity.HIGH),)
    assert explanation.reads == (('requestParameters."x-amz-acl"', "public-read"),)


def test_complied_by_its_parameters() -> None:
    explanation = explained(acl_of_a_kind, params=Choice(acl="authenticated-read"))

    assert explanation.fate == "complied"
    assert explanation.asked
    assert explanation.violations == ()
    assert explanation.reads == (('requestParameters."x-amz-acl"', "public-read"),)


def test_failed_after_a_violation() -> None:
    """What it had found by then stays, as in the engine."""

    def check(event: CloudTrailEvent) -> Iterator[str]:
        yield "found"
        raise KeyError(event.event_name)

    explanation = explained(event_rule(check=check))

    assert explanation.fate == "failed"
    assert explanation.asked
    assert explanation.violations == (Violation("found"),)
    assert explanation.error.endswith("KeyError: 'PutBucketAcl'")
    assert reads_of(explanation) == {"eventName": "PutBucketAcl"}


@pytest.mark.parametrize(
    ("checked", "event", "why"),
    [
        (event_rule("ec2:RunInstances"), SIMPLE, "it listens to ec2:RunInstances; this is s3:PutBucketAcl"),
        (
            event_rule("s3:PutBucketACL"),
            SIMPLE,
            "it listens to s3:PutBucketACL; this is s3:PutBucketAcl (did you mean 's3:PutBucketACL'?)",
        ),
        (
            event_rule("ec2:A*", "ec2:B*", Match("ec2:C*"), "ec2:D*", "ec2:E*"),
            SIMPLE,
            "it listens to ec2:A*, ec2:B*, ec2:D* and 2 more; this is s3:PutBucketAcl",
        ),
        (event_rule(), BUCKET, "it takes a CloudTrailEvent; this is a configuration item"),
        (event_rule(), RUN, "it takes a CloudTrailEvent; this is a message of AWS Config"),
        (item_rule("AWS::EC2::*"), BUCKET, "it listens to AWS::EC2::*; this is AWS::S3::Bucket"),
        (item_rule("AWS::S3::*"), SIMPLE, "it takes a ConfigurationItem; this is a CloudTrail record"),
        (some_run, SIMPLE, "it takes a ScheduledRun; this is a CloudTrail record"),
    ],
)
def test_not_named(checked: Rule, event: Event, why: str) -> None:
    explanation = explained(checked, event)

    assert (explanation.fate, explanation.why) == ("not named", why)
    assert not explanation.asked
    assert list(explanation.lines()) == []


@pytest.mark.parametrize(
    ("checked", "event", "why"),
    [
        (event_rule(), DENIED, "the call failed with AccessDenied; outcome is 'success'"),
        (
            event_rule("s3:*", Match("s3:*", outcome="failure", identity="Root")),
            DENIED,
            (
                "the call failed with AccessDenied; outcome is 'success';"
                " the caller is of type IAMUser; identity is Root"
            ),
        ),
        (event_rule("s3:*", "*:*"), DENIED, "the call failed with AccessDenied; outcome is 'success'"),
        (
            event_rule(Match("s3:*", outcome="failure")),
            SIMPLE,
            "the call succeeded; outcome is 'failure'",
        ),
        (
            event_rule("signin:*"),
            cloudtrail_event("signin:ConsoleLogin", error="Failed authentication"),
            "the call failed; outcome is 'success'",
        ),
        (
            event_rule(Match("s3:*", identity=["Root", "IAMUser"])),
            cloudtrail_event("s3:PutBucketAcl", actor={"type": "AssumedRole"}),
            "the caller is of type AssumedRole; identity is Root, IAMUser",
        ),
        (
            event_rule(Match("s3:*", error=["NoSuch*"])),
            DENIED,
            "the call failed with AccessDenied; error is NoSuch*",
        ),
        (
            event_rule(Match("s3:*", read_only=True)),
            SIMPLE,
            "the call has readOnly=False; read_only is True",
        ),
        (item_rule("AWS::S3::*"), GONE, "the resource is deleted"),
        (item_rule(Match("AWS::S3::*", deleted=True)), UNRECORDED, "the resource is not recorded"),
    ],
)
def test_refused(checked: Rule, event: Event, why: str) -> None:
    explanation = explained(checked, event)

    assert (explanation.fate, explanation.why) == ("refused", why)
    assert not explanation.asked


@pytest.mark.parametrize(
    ("checked", "event"),
    [
        (event_rule("s3:P?tBucket*"), SIMPLE),
        (event_rule(Match("ec2:*", "s3:*", outcome="any")), DENIED),
        (event_rule("s3:*", Match("s3:*", outcome="failure")), DENIED),
        (event_rule(Match("s3:*", error="Access*")), DENIED),
        (event_rule(Match("s3:*", identity="Root")), cloudtrail_event("s3:PutBucketAcl", actor=root())),
        (event_rule(Match("s3:*", read_only=False)), SIMPLE),
        (event_rule("lambda:CreateFunction"), cloudtrail_event("lambda:CreateFunction20150331")),
        (event_rule("lambda:CreateFunction20150331"), cloudtrail_event("lambda:CreateFunction20150331")),
        (event_rule("cloudwatch:PutMetricAlarm"), cloudtrail_event("cloudwatch:PutMetricAlarm")),
        (item_rule("AWS::S3::Bucket"), BUCKET),
        (item_rule("AWS::S3::Bucket"), ConfigurationItem.model_validate(BUCKET.as_api_item())),
        (item_rule(Match("AWS::*::Bucket", deleted=True)), GONE),
        (some_run, RUN.with_clients(lambda service: service)),
    ],
)
def test_asked(checked: Rule, event: Event) -> None:
    assert fell_off(listener(checked), event) is None
    assert explained(checked, event).fate == "violated"


def test_a_rule_that_listens_to_nothing_by_its_parameters() -> None:
    class Actions(BaseModel, frozen=True):
        actions: frozenset[str] = frozenset({"s3:PutBucketAcl"})

    @rule(on=lambda params: params.actions, severity=Severity.LOW, title="Blocked")
    def blocked(event: CloudTrailEvent, params: Actions) -> str:  # noqa: ARG001  # as parameters are
        return event.action

    assert explained(blocked, params=Actions()).fate == "violated"
    assert explained(blocked, params=Actions(actions=frozenset())).why == (
        "it listens to nothing; this is s3:PutBucketAcl"
    )


def test_an_item_as_boto3_gives_it() -> None:
    """Its times are no texts."""
    item = ConfigurationItem.model_validate(
        BUCKET.as_api_item() | {"configurationItemCaptureTime": BUCKET.capture_time}
    )

    explanation = explained(item_rule("AWS::S3::Bucket"), item)

    assert explanation.fate == "violated"


@pytest.mark.parametrize(
    ("event", "name"),
    [
        (SIMPLE, "s3:PutBucketAcl"),
        (cloudtrail_event("lambda:CreateFunction20150331"), "lambda:CreateFunction"),
        (BUCKET, "AWS::S3::Bucket"),
        (RUN, "schedule"),
    ],
)
def test_name(event: Event, name: str) -> None:
    assert name_of(event) == name


# It agrees with the engine


def samples() -> Iterator[Record]:
    """Yield the records of the examples, and those that the tests of built-in rules keep."""
    for path in sorted([*EXAMPLES.glob("logs/**/*.gz"), *EXAMPLES.glob("config/**/*.gz")]):
        for decoded in decode(path.read_bytes()):
            assert isinstance(decoded, Batch)
            yield from decoded.records()
    for path in sorted(TESTS.glob("rules/*/test_*.py")):
        for value in runpy.run_path(str(path)).values():
            if isinstance(value, CloudTrailEvent | ConfigurationItem):
                yield record_of(value)


@rule(on=["*:*", Match("*:*", outcome="failure")], severity=Severity.LOW, title="Raises now and then")
def raises_on_roles(event: CloudTrailEvent) -> Iterator[str]:
    """Fail where there is no user's name, after something was found."""
    yield event.event_name
    yield event.raw["userIdentity"]["userName"]


def test_it_says_what_the_engine_does() -> None:
    engine = Engine([*BUILTIN_RULES, raises_on_roles])
    fates: set[str] = set()

    for record in samples():
        judgement = engine.judge(record)
        explanations = [explain(one, event_of(record)) for one in engine.listeners]

        assert [(one.rule.id, found.reason) for one in explanations for found in one.violations] == [
            (verdict.rule_id, verdict.reason) for verdict in judgement.verdicts
        ]
        assert [one.rule.id for one in explanations if one.fate == "failed"] == [
            failure.rule_id for failure in judgement.failures if hasattr(failure, "rule_id")
        ]
        assert any(one.asked for one in explanations) == (judgement.fate == "judged")
        fates |= {one.fate for one in explanations}

    assert fates == {"not named", "refused", "complied", "violated", "failed"}


# Where a rule fails


def imported(path: Path, source: str) -> Any:
    path.write_text(source, "utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_a_traceback_begins_in_the_rule(tmp_path: Path) -> None:
    """It has the rule's own lines, and the helper's in another module; none of the engine's."""
    helper = imported(tmp_path / "helper.py", "def shout(event):\n    return event.error_code.upper()\n")
    module = imported(
        tmp_path / "loud.py",
        "from trailguard import CloudTrailEvent, Severity, rule\n"
        "helper = None\n"
        "@rule(on='s3:*', severity=Severity.LOW, title='Loud')\n"
        "def loud(event: CloudTrailEvent):\n"
        "    return helper.shout(event)\n",
    )
    module.helper = helper

    error = explained(module.loud).error

    assert error.splitlines() == [
        f'  File "{tmp_path}/loud.py", line 5, in loud',
        "    return helper.shout(event)",
        *([] if "^" not in error else [error.splitlines()[2]]),
        f'  File "{tmp_path}/helper.py", line 2, in shout',
        "    return event.error_code.upper()",
        *([] if "^" not in error else [error.splitlines()[5]]),
        "AttributeError: 'NoneType' object has no attribute 'upper'",
    ]


@pytest.mark.parametrize(
    ("check", "last"),
    [
        (lambda event: event.request_parameters["nope"], "KeyError: 'nope'"),
        (lambda event: event.request_parameters["bucketName"]["x"], "TypeError: string indices must be"),
        (lambda event: event.resources[0].arn, "TypeError: 'NoneType' object is not subscriptable"),
        (
            lambda event: event.user_identity.username,
            "AttributeError: 'UserIdentity' object has no attribute",
        ),
        (lambda event: event.search("a..b"), "jmespath.exceptions.ParserError: "),
        (lambda event: event.search("length(eventID.a)"), "jmespath.exceptions.JMESPathTypeError: "),
    ],
)
def test_the_watch_is_in_no_traceback(check: Callable[[CloudTrailEvent], object], last: str) -> None:
    explanation = explained(event_rule(check=check))

    assert explanation.fate == "failed"
    assert explanation.error.startswith(f'  File "{__file__}", line ')
    assert "watch.py" not in explanation.error
    assert last in explanation.error


def test_what_a_rule_may_not_return() -> None:
    """No line of it is wrong: there is nothing to show but what was expected."""
    explanation = explained(event_rule(check=lambda _: 7))

    assert explanation.error.startswith("TypeError: returned int; a rule gives None, a str")


def test_an_error_that_cannot_be_shown() -> None:
    class HiddenError(Exception):
        def __str__(self) -> str:
            raise ValueError("no")

    def check(event: CloudTrailEvent) -> None:
        raise HiddenError(event.event_name)

    explanation = explained(event_rule(check=check))

    assert explanation.fate == "failed"
    assert "HiddenError" in explanation.error.splitlines()[-1]


def test_an_error_shows_what_attackers_write_escaped() -> None:
    def check(event: CloudTrailEvent) -> None:
        raise ValueError(event.user_agent)

    event = cloudtrail_event("s3:PutBucketAcl", userAgent="\x1b[2J\x07")

    assert explained(event_rule(check=check), event).error.endswith(r"ValueError: \x1b[2J\x07")


# How it is told


def test_lines() -> None:
    """What was there, then what was not: with a hint, and without one."""

    def check(event: CloudTrailEvent) -> None:
        event.search('[requestParameters."x-amz-acls", eventID.x, errorCode]')
        event.request_parameters.get("bucketName")

    explanation = explained(event_rule(check=check))

    assert explanation.hints == (('requestParameters."x-amz-acls"', 'requestParameters."x-amz-acl"'),)
    assert list(explanation.lines()) == [
        f"eventID                       {SIMPLE.event_id}",
        "requestParameters.bucketName  b",
        'requestParameters."x-amz-acls" is absent; did you mean requestParameters."x-amz-acl"?',
        "absent: errorCode",
    ]


def test_no_hint_at_what_the_rule_knows() -> None:
    """It looks at both, so that one may be missing is no slip."""

    def check(event: CloudTrailEvent) -> None:
        event.search('requestParameters."x-amz-acls" || requestParameters."x-amz-acl"')

    assert explained(event_rule(check=check)).hints == ()


def test_lines_end() -> None:
    event = cloudtrail_event("s3:PutBucketAcl", request={"list": list(range(500))})

    def check(event: CloudTrailEvent) -> None:
        sum(event.request_parameters["list"])

    lines = list(explained(event_rule(check=check), event).lines())

    assert (len(lines), lines[-1]) == (41, "and 460 more")


def test_lines_of_values() -> None:
    request = {"list": [1, {"a": None}], "no": None, "yes": True, "number": 1.5, "long": "x" * 200}
    event = cloudtrail_event("s3:PutBucketAcl", request=request)

    def check(event: CloudTrailEvent) -> None:
        for name in request:
            event.request_parameters.get(name)

    explanation = explained(event_rule(check=check), event)

    assert [line.split(maxsplit=1)[1] for line in explanation.lines()] == [
        '[1, {"a": null}]',
        "null",
        "true",
        "1.5",
        "x" * 99 + "…",
    ]
    assert reads_of(explanation)["requestParameters.long"] == "x" * 200


def test_lines_show_what_attackers_write_escaped() -> None:
    hostile = "\x1b[2J\u202e\x7f\r\n"
    request = {hostile: hostile, "tags": {f"{hostile}-key": [hostile]}}
    event = cloudtrail_event("s3:PutBucketAcl", request=request)

    def check(event: CloudTrailEvent) -> None:
        event.request_parameters.get(hostile)
        event.request_parameters["tags"].get(f"{hostile}-keys")
        event.request_parameters["tags"].get(f"{hostile}{hostile}")
        str(event.request_parameters["tags"])

    lines = list(explained(event_rule(check=check), event).lines())

    assert len(lines) == 3
    assert "did you mean" in lines[1]
    assert all(line.isprintable() for line in lines)
    assert all(line == printable(line) for line in lines)


def test_the_reason_shows_what_attackers_write_escaped() -> None:
    event = cloudtrail_event("s3:PutBucketAcl", eventName="Put\x1b[2J")

    assert explained(event_rule("ec2:*"), event).why == r"it listens to ec2:*; this is s3:Put\x1b[2J"
    assert explained(event_rule("s3:*"), cloudtrail_event("s3:P", errorCode="\x1b")).why.startswith(
        r"the call failed with \x1b;"
    )


def test_a_deep_event_is_explained() -> None:
    raw = json.dumps({**SIMPLE.raw, "requestParameters": "@"}).replace('"@"', '{"a":' * 900 + "1" + "}" * 900)

    def check(event: CloudTrailEvent) -> str:
        return str(event.search("requestParameters.a.b"))

    explanation = explained(event_rule(check=check), event_of(Record(raw.encode())))

    assert explanation.fate == "violated"
    assert list(explanation.lines()) == ["absent: requestParameters.a.b"]


def test_a_rule_that_reads_nothing() -> None:
    explanation = explained(event_rule(check=lambda _: "always"))

    assert explanation.reads == ()
    assert list(explanation.lines()) == []


def test_what_is_absent_is_told_apart_from_null() -> None:
    event = cloudtrail_event("s3:PutBucketAcl", request={"a": None})

    explanation = explained(event_rule(check=lambda event: event.search("requestParameters.[a, zz]")), event)

    assert reads_of(explanation) == {"requestParameters.a": None, "requestParameters.zz": ABSENT}


# A record's event


def test_event_of_each_kind() -> None:
    for event in (SIMPLE, BUCKET, RUN):
        made = event_of(record_of(event))

        assert made == event
        assert type(made) in {CloudTrailEvent, ConfigurationItem, ScheduledRun}


def test_the_envelope_may_know_the_account() -> None:
    raw = {"eventSource": "s3.amazonaws.com", "eventName": "PutBucketAcl"}
    record = Record(json.dumps(raw).encode(), account_id="111122223333")

    event = event_of(record)

    assert isinstance(event, CloudTrailEvent)
    assert event.account_id == "111122223333"


@pytest.mark.parametrize(
    ("broken", "agent"),
    [(rb'"\ud800x"', "\N{REPLACEMENT CHARACTER}x"), (b'"\xff\xfex"', "\N{REPLACEMENT CHARACTER}" * 2 + "x")],
    ids=["lone surrogate", "invalid UTF-8"],
)
def test_a_broken_record_is_repaired_as_the_engine_does(broken: bytes, agent: str) -> None:
    record = Record(record_of(cloudtrail_event("s3:P", userAgent="@")).raw.replace(b'"@"', broken))  # type: ignore[union-attr]

    event = event_of(record)

    assert isinstance(event, CloudTrailEvent)
    assert event.user_agent is not None
    assert event.user_agent.replace("?", "\N{REPLACEMENT CHARACTER}") == agent
    assert Engine([event_rule("s3:*")]).judge(record).fate == "judged"
    assert explained(event_rule("s3:*"), event).fate == "violated"


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "not JSON"),
        (b"[]", "Expected `object`"),
        (b'{"eventSource": "s3.amazonaws.com"', "not JSON"),
        (b'{"eventSource": "s3.amazonaws.com", "eventName": NaN}', "NaN"),
        (b'{"eventSource": "s3.amazonaws.com", "eventName": 7}', r"\$\.eventName"),
        (b'{"eventSource": "s3.amazonaws.com", "eventName": null}', r"\$\.eventName"),
        (
            b'{"eventSource": "s3.amazonaws.com"}',
            "not a CloudTrail record: it lacks eventName or eventSource",
        ),
        (b'{"eventSource": "", "eventName": "P"}', "it lacks eventName or eventSource"),
        (b'{"eventType": "AwsCloudTrailInsight"}', "a CloudTrail Insights event"),
        (b'{"eventSource": "s3.amazonaws.com", "eventName": "P", "eventTime": "then"}', "eventTime"),
        (b'{"eventSource": "s3", "eventName": "P", "a": ' + b"[" * 100_000, "not JSON|nested"),
    ],
    ids=lambda value: value.decode()[:50] if isinstance(value, bytes) else "",
)
def test_what_is_no_event(raw: bytes, told: str) -> None:
    """The engine makes none of it, either."""
    with pytest.raises(DecodingError, match=told):
        event_of(Record(raw))
    assert Engine([event_rule("*:*")]).judge(Record(raw)).fate in {"failed", "ignored"}


def test_what_is_no_item() -> None:
    record = Record(b'{"resourceId": "b"}', kind="configuration item")

    with pytest.raises(DecodingError, match="not a configuration item: it lacks resourceType"):
        event_of(record)


def test_an_event_that_the_engine_would_not_read() -> None:
    """Tests may make such: the model is more forgiving than the engine."""
    with pytest.raises(DecodingError, match="eventName"):
        fell_off(listener(event_rule()), cloudtrail_event("s3:PutBucketAcl", eventName=7))
