from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from trailguard import CloudTrailEvent, Engine, Match, Rule, Severity, Verdict, Violation, rule
from trailguard.decode import decode
from trailguard.errors import DecodingError, DuplicateRuleError, NoRulesError, SettingsError
from trailguard.mend import repair
from trailguard.record import DecodeFailure, ObjectRef, Origin, ReadFailure, Record, split
from trailguard.report import Counts, Notice
from trailguard.rules import BUILTIN_RULES
from trailguard.settings import Limits, RuleSettings, Settings
from trailguard.testing import assumed_role, aws_service, cloudtrail_event, iam_user, root
from trailguard.verdict import Compliance, RuleFailure

SECRET = "hunter2-XYZZY"  # noqa: S105  # what must never be told
FILE = Origin.at("file")

LAUNCH = cloudtrail_event(
    "ec2:RunInstances",
    actor=assumed_role("Deployer", "ci-1"),
    region="eu-west-1",
    request={"instanceType": "t3.micro"},
    response={"instancesSet": {"items": [{"instanceId": "i-1"}, {"instanceId": "i-2"}]}},
)
OTHER = cloudtrail_event("s3:ListBuckets")
DENIED = cloudtrail_event("ec2:RunInstances", error="Client.UnauthorizedOperation")


@rule(on="ec2:RunInstances", severity=Severity.MEDIUM, title="An instance was launched", tags=["demo"])
def launched(event: CloudTrailEvent) -> Iterator[Violation]:
    """One violation for each instance, and one for the whole."""
    for instance in event.search("responseElements.instancesSet.items[].instanceId") or ():
        yield Violation(f"{instance} was launched", resource=instance)
    yield Violation("something was launched", evidence={"type": event.request_parameters.get("instanceType")})


@rule(on="*:*", outcome="any", severity=Severity.INFO, title="Anything at all")
def everything(event: CloudTrailEvent) -> Violation:
    """Hands the whole record over, so that tests see what rules see."""
    return Violation(event.action, evidence={"raw": event.raw, "failed": not event.succeeded})


@rule(on="ec2:*", severity=Severity.LOW, title="Broken")
def broken(event: CloudTrailEvent) -> Iterator[str]:
    """Yields once and then fails."""
    yield event.action
    raise KeyError(event.aws_region)


class Params(BaseModel, frozen=True):
    actions: tuple[str, ...] = ("ec2:RunInstances",)
    limit: int = 3


@rule(on=lambda params: params.actions, severity=Severity.LOW, title="On the list")
def listed(event: CloudTrailEvent, params: Params) -> str:
    """Listens to what its parameters say."""
    return f"{event.action} {params.limit}"


def listener(*on: str | Match, rule_id: str = "listener", **declaration: Any) -> Rule:
    """Make a rule that finds fault with whatever it is asked about."""

    @rule(on=on, severity=Severity.LOW, title="Listener", **declaration)
    def listen(event: CloudTrailEvent) -> str:
        return event.action

    return replace(listen, id=rule_id)


def raw_of(value: Any) -> bytes:
    return json.dumps(value.raw if isinstance(value, CloudTrailEvent) else value).encode()


def record_of(value: Any) -> Record:
    return Record(raw_of(value), FILE)


def fate(engine: Engine, value: Any) -> str:
    return engine.judge(record_of(value)).fate


def another(event: CloudTrailEvent, number: int = 2) -> dict[str, Any]:
    """Return the record of the same call, made once more."""
    return event.raw | {"eventID": f"{event.event_id}-{number}"}


def file_of(*values: Any) -> bytes:
    return b'{"Records": [' + b", ".join(map(raw_of, values)) + b"]}"


def judge_all(engine: Engine, payload: bytes) -> tuple[list[Verdict], list[Any], Counts]:
    counts = Counts()
    notices = list(engine.judge_all(decode(payload, FILE), counts))
    verdicts = [notice for notice in notices if isinstance(notice, Verdict)]
    return verdicts, [notice for notice in notices if not isinstance(notice, Verdict)], counts


def with_settings(**rules: dict[str, Any]) -> Settings:
    return Settings(
        rules={rule_id.replace("_", "-"): RuleSettings(**chosen) for rule_id, chosen in rules.items()},
        source="trailguard.toml",
    )


# What a verdict says


def test_verdict_says_who_what_where_and_why() -> None:
    first, *_ = Engine([launched]).judge(record_of(LAUNCH)).verdicts

    assert first.rule_id == "launched"
    assert (first.title, first.tags, first.severity) == (launched.title, ("demo",), Severity.MEDIUM)
    assert first.compliance is Compliance.NON_COMPLIANT
    assert (first.reason, first.resource, first.evidence) == ("i-1 was launched", "i-1", {})
    assert (first.account_id, first.region) == ("111122223333", "eu-west-1")
    assert (first.event_id, first.event_time) == (LAUNCH.event_id, LAUNCH.event_time)
    assert (first.event_source, first.event_name) == ("ec2.amazonaws.com", "RunInstances")
    assert first.actor == LAUNCH.actor
    assert first.source_ip == "198.51.100.7"
    assert first.origin == "file"
    assert not first.suppressed


def test_verdict_on_a_service_has_no_address() -> None:
    event = cloudtrail_event("ec2:RunInstances", actor=aws_service("autoscaling.amazonaws.com"))

    (verdict,) = Engine([everything]).judge(record_of(event)).verdicts

    assert verdict.source_ip is None
    assert verdict.actor.name == "autoscaling.amazonaws.com"


def test_ids_are_stable_and_told_apart() -> None:
    """The same event gives the same ids, however often and in whatever form it is delivered."""
    engine = Engine([launched])
    first = [verdict.id for verdict in engine.judge(record_of(LAUNCH)).verdicts]
    again = [verdict.id for verdict in engine.judge(record_of(LAUNCH)).verdicts]
    pretty = Record(json.dumps(LAUNCH.raw, indent=2, sort_keys=True).encode(), Origin.at("elsewhere"))

    assert len(set(first)) == 3
    assert first == again
    assert first == [verdict.id for verdict in Engine([launched, everything]).judge(pretty).verdicts][1:]


def test_ids_of_an_event_without_one_are_stable_too() -> None:
    """What it says identifies it; how it is spaced, and in which order, does not."""
    record = {"eventSource": "ec2.amazonaws.com", "eventName": "RunInstances", "awsRegion": "eu-west-1"}
    engine = Engine([everything])
    turned = dict(reversed(record.items()))

    def ids(raw: bytes) -> list[str]:
        return [verdict.id for verdict in engine.judge(Record(raw)).verdicts]

    assert ids(raw_of(record)) == ids(json.dumps(record, indent=2).encode()) == ids(raw_of(turned))
    assert ids(raw_of(record)) != ids(raw_of(record | {"awsRegion": "eu-west-2"}))


def test_several_faults_with_one_resource_are_several_verdicts() -> None:
    @rule(on="ec2:*", severity=Severity.LOW, title="Twice")
    def twice(event: CloudTrailEvent) -> list[Violation]:
        return [Violation(event.action, "sg-1"), Violation("again", "sg-1"), Violation("a"), Violation("b")]

    engine = Engine([twice])
    first, again = ([verdict.id for verdict in engine.judge(record_of(LAUNCH)).verdicts] for _ in range(2))

    assert len(set(first)) == 4
    assert first == again


@pytest.mark.parametrize("order", [1, -1])
def test_verdicts_are_in_the_order_of_rule_ids(order: int) -> None:
    """Not in the order in which plugins happen to be found."""
    rules = [listener("ec2:*", rule_id="b"), listener("*:*", rule_id="a"), listener("ec2:Run*", rule_id="c")]

    judgement = Engine(rules[::order]).judge(record_of(LAUNCH))

    assert [verdict.rule_id for verdict in judgement.verdicts] == ["a", "b", "c"]


def test_account_of_the_envelope_is_used_where_the_record_names_none() -> None:
    """The records's own account goes first: an organisation's trail delivers for many."""
    silent = {"eventSource": "ec2.amazonaws.com", "eventName": "RunInstances"}
    engine = Engine([everything])

    def account(value: Any) -> str | None:
        (verdict,) = engine.judge(Record(raw_of(value), account_id="444455556666")).verdicts
        return verdict.account_id

    assert account(silent) == "444455556666"
    assert account(silent | {"userIdentity": {"accountId": "123456789012"}}) == "123456789012"
    assert account(silent | {"recipientAccountId": "111122223333"}) == "111122223333"


# Who is asked


@pytest.mark.parametrize(
    ("on", "action", "asked"),
    [
        ("ec2:RunInstances", "ec2:RunInstances", True),
        ("ec2:RunInstances", "ec2:RunScheduledInstances", False),
        ("ec2:Run*", "ec2:RunInstances", True),
        ("ec2:*", "ec2:RunInstances", True),
        ("*:RunInstances", "ec2:RunInstances", True),
        ("ec2:*", "ecs:RunTask", False),
        ("lambda:CreateFunction", "lambda:CreateFunction20150331", True),
        ("lambda:CreateFunction", "lambda:CreateFunctionUrlConfig", False),
        ("cloudwatch:PutMetricAlarm", "cloudwatch:PutMetricAlarm", True),
        ("cloudwatch:PutMetricAlarm", "logs:PutMetricFilter", False),
    ],
)
def test_rule_is_asked_about_what_it_listens_to(on: str, action: str, *, asked: bool) -> None:
    assert fate(Engine([listener(on)]), cloudtrail_event(action)) == ("judged" if asked else "unrouted")


SIGN_IN_FAILED = cloudtrail_event("signin:ConsoleLogin", error="Failed authentication")
SIGNED_IN = cloudtrail_event("signin:ConsoleLogin")


@pytest.mark.parametrize(
    ("match", "event", "asked"),
    [
        (Match("ec2:*"), LAUNCH, True),
        (Match("ec2:*"), DENIED, False),
        (Match("ec2:*", outcome="failure"), DENIED, True),
        (Match("ec2:*", outcome="failure"), LAUNCH, False),
        (Match("ec2:*", outcome="any"), DENIED, True),
        (Match("ec2:*", error="Client.Unauthorized*"), DENIED, True),
        (Match("ec2:*", error="Client.InvalidVpcID.*"), DENIED, False),
        (Match("signin:*"), SIGNED_IN, True),
        (Match("signin:*"), SIGN_IN_FAILED, False),
        (Match("signin:*", outcome="failure"), SIGN_IN_FAILED, True),
        (Match("ec2:*", identity="AssumedRole"), LAUNCH, True),
        (Match("ec2:*", identity="Root"), LAUNCH, False),
        (Match("ec2:*", identity="Root"), cloudtrail_event("ec2:RunInstances", actor=root()), True),
        (Match("ec2:*", identity=["Root", "IAMUser"]), cloudtrail_event("ec2:Run", actor=iam_user()), True),
        (Match("s3:*", read_only=True), OTHER, True),
        (Match("s3:*", read_only=False), OTHER, False),
        (Match("s3:*", read_only=True), cloudtrail_event("s3:ListBuckets", readOnly="true"), True),
        (Match("s3:*", read_only=False), cloudtrail_event("s3:ListBuckets", readOnly=None), False),
    ],
)
def test_rule_is_asked_about_what_its_match_admits(
    match: Match, event: CloudTrailEvent, *, asked: bool
) -> None:
    """A denied call changed nothing, so nobody hears of it by default."""
    assert fate(Engine([listener(match)]), event) == ("judged" if asked else "unrouted")


def test_rule_that_matches_in_several_ways_is_asked_once() -> None:
    often = listener("ec2:RunInstances", "ec2:Run*", Match("ec2:*"), Match("*:*", identity="AssumedRole"))

    assert len(Engine([often]).judge(record_of(LAUNCH)).verdicts) == 1


def test_same_action_is_judged_by_its_own_facts() -> None:
    """What is remembered of an action is not remembered of its outcome."""
    engine = Engine([listener("ec2:*"), everything])

    for event, asked in [(LAUNCH, 2), (DENIED, 1), (LAUNCH, 2), (DENIED, 1)]:
        assert len(engine.judge(record_of(event)).verdicts) == asked


def test_endless_actions_are_judged_as_well() -> None:
    """More actions than are ever remembered, as hostile input could name them."""
    engine = Engine([listener("ec2:RunInstances")])
    made_up = Record(b"")

    for number in range(20_050):
        raw = b'{"eventSource": "x.amazonaws.com", "eventName": "Made%d"}' % number
        made_up = Record(raw)
        assert engine.judge(made_up).fate == "unrouted"
    assert fate(engine, LAUNCH) == "judged"
    assert engine.judge(made_up).fate == "unrouted"


def test_threads_may_share_an_engine() -> None:
    engine = Engine([launched, everything, broken])
    records = [record_of(event) for event in (LAUNCH, OTHER, DENIED)] * 30

    with ThreadPoolExecutor(4) as threads:
        judged = list(threads.map(engine.judge, records))

    assert judged == [Engine([launched, everything, broken]).judge(record) for record in records]


def test_record_that_nobody_listens_to_is_never_looked_into() -> None:
    """No model is made of it: the same odd field fails as soon as somebody listens."""
    odd = OTHER.raw | {"userIdentity": "nobody", "eventTime": [], "resources": 7}

    assert fate(Engine([launched]), odd) == "unrouted"
    assert fate(Engine([launched, listener("s3:Get*")]), odd) == "unrouted"
    assert fate(Engine([launched, listener("s3:ListBuckets", outcome="failure")]), odd) == "unrouted"
    assert fate(Engine([launched, listener("s3:List*")]), odd) == "failed"


# Rules that fail


def test_rule_that_raises_becomes_a_failure_beside_the_verdicts() -> None:
    """It names the rule, the event and the line; what the rule and its neighbours found stays."""
    judgement = Engine([launched, broken, everything]).judge(record_of(LAUNCH))

    assert judgement.fate == "judged"
    assert [verdict.rule_id for verdict in judgement.verdicts] == ["broken", "everything", *["launched"] * 3]
    (failure,) = judgement.failures
    assert isinstance(failure, RuleFailure)
    assert failure.rule_id == "broken"
    assert failure.event_id == LAUNCH.event_id
    assert failure.event_name == "RunInstances"
    assert failure.origin == "file"
    assert failure.error.startswith("KeyError: 'eu-west-1'")
    assert "test_engine.py:" in failure.error
    assert "in broken" in failure.error


def test_rule_that_raises_stops_no_other_record() -> None:
    verdicts, failures, counts = judge_all(Engine([broken]), file_of(LAUNCH, OTHER, another(LAUNCH)))

    assert [verdict.origin for verdict in verdicts] == ["file > record 1", "file > record 3"]
    assert [failure.origin for failure in failures] == ["file > record 1", "file > record 3"]
    assert (counts.judged, counts.unrouted, counts.failed, counts.rule_failures) == (2, 1, 0, 2)
    assert not counts.complete


@pytest.mark.parametrize(
    "answer",
    [
        lambda: True,
        lambda: 7,
        lambda: [None],
        lambda: ["fine", 7],
        lambda: [("reason", "because")],
        lambda: Violation(None),  # type: ignore[arg-type]
        lambda: Violation("x", resource=["sg-1"]),  # type: ignore[arg-type]
        lambda: Violation("x", severity="high"),  # type: ignore[arg-type]
        lambda: Violation("x", evidence=7),  # type: ignore[arg-type]
    ],
    ids=["bool", "int", "None", "a second one", "pairs", "reason", "resource", "severity", "evidence"],
)
def test_rule_that_answers_nonsense_becomes_a_failure(answer: Callable[[], Any]) -> None:
    """Never "no match", and never a verdict that cannot be read."""

    @rule(on="ec2:*", severity=Severity.LOW, title="Nonsense")
    def nonsense(event: CloudTrailEvent) -> Any:
        return answer() if event else None

    judgement = Engine([nonsense, launched]).judge(record_of(LAUNCH))

    assert [getattr(failure, "rule_id", None) for failure in judgement.failures] == ["nonsense"]
    assert [verdict.rule_id for verdict in judgement.verdicts if verdict.reason != "fine"] == ["launched"] * 3


def test_error_that_cannot_be_told_is_still_a_failure() -> None:
    """Exceptions are other people's code too."""

    class Unspeakable(Exception):  # noqa: N818  # its name is the point
        def __str__(self) -> str:
            raise ValueError(SECRET)

    @rule(on="ec2:*", severity=Severity.LOW, title="Unspeakable")
    def unspeakable(event: CloudTrailEvent) -> None:
        raise Unspeakable(event)

    judgement = Engine([unspeakable, launched]).judge(record_of(LAUNCH))

    assert [failure.error.partition(" ")[0].strip(":") for failure in judgement.failures] == ["Unspeakable"]
    assert len(judgement.verdicts) == 3


def test_rule_that_recurses_without_end_becomes_a_failure() -> None:
    @rule(on="ec2:*", severity=Severity.LOW, title="Endless")
    def endless(event: CloudTrailEvent) -> Any:
        return endless.check(event)

    (failure,) = Engine([endless]).judge(record_of(LAUNCH)).failures

    assert failure.error.startswith("RecursionError")


# Which rules, and how


def test_two_rules_of_one_id_are_refused() -> None:
    with pytest.raises(DuplicateRuleError, match="listener") as refusal:
        Engine([listener("ec2:*"), listener("s3:*")])

    assert refusal.value.rule_id == "listener"


def test_no_rules_are_refused() -> None:
    """Everything would look compliant."""
    with pytest.raises(NoRulesError, match="no rules were given"):
        Engine([])


def test_rules_may_be_off() -> None:
    engine = Engine([launched, everything], with_settings(everything={"enabled": False}))

    assert [one.id for one in engine.rules] == ["launched"]
    assert fate(engine, OTHER) == "unrouted"


def test_all_rules_off_are_refused() -> None:
    with pytest.raises(NoRulesError, match="the settings turn every rule off"):
        Engine([launched], with_settings(launched={"enabled": False}))


def test_only_chooses_rules_whatever_the_settings_say() -> None:
    rules = [launched, everything, listed]

    engine = Engine(rules, with_settings(launched={"enabled": False}), only=["launched", "listed"])

    assert [one.id for one in engine.rules] == ["launched", "listed"]


def test_choosing_no_rules_is_refused() -> None:
    with pytest.raises(NoRulesError):
        Engine([launched], only=[])


def test_choosing_an_unknown_rule_is_refused_with_the_nearest() -> None:
    with pytest.raises(SettingsError, match=r"no such rule.*did you mean 'launched'"):
        Engine([launched, everything], only=["lunched"])


def test_settings_of_an_unknown_rule_are_refused_with_the_nearest() -> None:
    with pytest.raises(SettingsError) as mistake:
        Engine([launched, everything], with_settings(launchd={"enabled": False}))

    assert mistake.value.source == "trailguard.toml"
    assert mistake.value.key == "rules.launchd"
    assert "did you mean 'launched'?" in str(mistake.value)


def test_severity_of_the_settings_wins_over_the_violation_over_the_rule() -> None:
    @rule(on="ec2:*", severity=Severity.LOW, title="Graded")
    def graded(event: CloudTrailEvent) -> list[Violation]:
        return [Violation(event.action), Violation("worse", severity=Severity.CRITICAL)]

    def severities(engine: Engine) -> list[Severity]:
        return [verdict.severity for verdict in engine.judge(record_of(LAUNCH)).verdicts]

    usual, quiet = Engine([graded]), Engine([graded], with_settings(graded={"severity": Severity.INFO}))

    assert severities(usual) == [Severity.LOW, Severity.CRITICAL]
    assert severities(quiet) == [Severity.INFO, Severity.INFO]
    assert [listener.severity for listener in (*usual.listeners, *quiet.listeners)] == [None, Severity.INFO]


def test_parameters_of_the_settings_reach_the_rule_and_its_routes() -> None:
    chosen = {"parameters": {"actions": ["s3:*"], "limit": "5"}}
    usual, changed = Engine([listed]), Engine([listed], with_settings(listed=chosen))

    assert [v.reason for v in usual.judge(record_of(LAUNCH)).verdicts] == ["ec2:RunInstances 3"]
    assert fate(usual, OTHER) == fate(changed, LAUNCH) == "unrouted"
    assert [v.reason for v in changed.judge(record_of(OTHER)).verdicts] == ["s3:ListBuckets 5"]
    assert changed.listeners[0].matches == (Match("s3:*"),)


@pytest.mark.parametrize(
    ("parameters", "key", "told"),
    [
        ({"limit": SECRET}, "limit", "valid integer"),
        ({"limit": [SECRET]}, "limit", "it is of type list"),
        ({"actions": SECRET}, "actions", "it is of type str"),
        ({"actions": ["s3:*", 7]}, "actions.1", "it is of type int"),
        ({"limt": 7}, "limt", "no such parameter (did you mean 'limit'?)"),
        ({"colour": SECRET}, "colour", "no such parameter"),
    ],
)
def test_wrong_parameter_is_told_with_rule_key_and_type(
    parameters: dict[str, Any], key: str, told: str
) -> None:
    """When the engine is built, never at run time; and without its value."""
    with pytest.raises(SettingsError) as mistake:
        Engine([listed], with_settings(listed={"parameters": parameters}))

    assert mistake.value.key == f"rules.listed.parameters.{key}"
    assert told in str(mistake.value)
    assert SECRET not in str(mistake.value)


def test_parameters_of_a_rule_that_takes_none_are_refused() -> None:
    with pytest.raises(SettingsError, match=r"rules\.launched\.parameters: the rule takes no parameters"):
        Engine([launched], with_settings(launched={"parameters": {"limit": 3}}))


def test_parameters_that_are_no_patterns_are_refused() -> None:
    with pytest.raises(
        SettingsError, match=r"rules\.listed\.parameters: .*'RunInstances' is not of the form"
    ):
        Engine([listed], with_settings(listed={"parameters": {"actions": ["RunInstances"]}}))


# Odd records


@pytest.mark.parametrize("missing", ["eventName", "eventSource"])
@pytest.mark.parametrize("instead", [{}, None, "", 7, ["x"], {"x": "y"}])
def test_record_without_an_action_is_a_failure(missing: str, instead: Any) -> None:
    """It is told which record it is, and what is wrong with it; its neighbours are judged."""
    odd = {key: value for key, value in LAUNCH.raw.items() if key != missing}
    if instead != {}:
        odd[missing] = instead

    verdicts, failures, counts = judge_all(Engine([everything]), file_of(LAUNCH, odd, OTHER))

    assert [verdict.event_name for verdict in verdicts] == ["RunInstances", "ListBuckets"]
    assert [type(failure) for failure in failures] == [DecodeFailure]
    assert failures[0].origin.startswith("file > record 2")
    assert missing in failures[0].error
    assert json.loads(failures[0].data) == odd
    assert (counts.judged, counts.failed) == (2, 1)


@pytest.mark.parametrize("odd", [None, 7, "text", [], [{}], True, {}])
def test_value_that_is_no_record_is_a_failure(odd: Any) -> None:
    verdicts, failures, counts = judge_all(Engine([everything]), file_of(LAUNCH, odd))

    assert len(verdicts) == len(failures) == 1
    assert (counts.judged, counts.failed) == (1, 1)


INSIGHT = {
    "eventVersion": "1.07",
    "eventTime": "2026-03-02T09:00:00Z",
    "eventType": "AwsCloudTrailInsight",
    "eventCategory": "Insight",
    "recipientAccountId": "111122223333",
    "insightDetails": {"state": "Start", "eventName": "RunInstances", "eventSource": "ec2.amazonaws.com"},
}
AGGREGATED = {"eventVersion": "1.0", "eventId": "6f1d2b0a", "eventType": "AwsAggregatedEvent", "summary": {}}


@pytest.mark.parametrize(
    "about",
    [INSIGHT, AGGREGATED, INSIGHT | {"eventName": None, "eventSource": None}, INSIGHT | {"x": "\ud800"}],
    ids=["insight", "aggregated", "nulls", "lone surrogate"],
)
def test_events_about_events_are_ignored(about: dict[str, Any]) -> None:
    """They name no action of their own, and that is no fault of theirs."""
    verdicts, failures, counts = judge_all(Engine([everything]), file_of(LAUNCH, about))

    assert (len(verdicts), failures) == (1, [])
    assert counts.ignored == 1
    assert counts.complete


@pytest.mark.parametrize("odd", [{"eventType": "AwsApiCall"}, {"eventType": ["AwsCloudTrailInsight"]}])
def test_other_events_without_an_action_are_not_ignored(odd: dict[str, Any]) -> None:
    assert fate(Engine([everything]), INSIGHT | odd) == "failed"


@pytest.mark.parametrize("identity", [None, {}, {"sessionContext": None}])
def test_record_may_lack_who_did_it(identity: Any) -> None:
    """AWS's own library fell over ``null`` here."""
    (verdict,) = Engine([everything]).judge(record_of(LAUNCH.raw | {"userIdentity": identity})).verdicts

    assert verdict.actor.name == "unknown"


def test_record_may_leave_out_nearly_everything() -> None:
    (verdict,) = Engine([everything]).judge(Record(b'{"eventSource": "a", "eventName": "b"}')).verdicts

    assert (verdict.event_id, verdict.account_id, verdict.event_time) == (None, None, None)
    assert verdict.id


WRONG_TYPES = {
    "userIdentity": SECRET,
    "eventTime": SECRET,
    "resources": SECRET,
    "readOnly": SECRET,
    "managementEvent": {SECRET: SECRET},
    "awsRegion": [SECRET],
    "sourceIPAddress": {SECRET: 1},
    "errorMessage": [SECRET],
    "eventID": {"x": SECRET},
    "recipientAccountId": [SECRET],
    "sessionCredentialFromConsole": [SECRET],
}


@pytest.mark.parametrize("field", WRONG_TYPES)
def test_wrongly_typed_field_is_named_without_any_value(field: str) -> None:
    """Failures are logged and notified; requests carry passwords."""
    odd = LAUNCH.raw | {field: WRONG_TYPES[field], "requestParameters": {"password": SECRET}}

    judgement = Engine([everything]).judge(record_of(odd))

    assert judgement.fate == "failed"
    (failure,) = judgement.failures
    assert isinstance(failure, DecodeFailure)
    assert failure.origin == "file"
    assert field in failure.error
    assert SECRET not in failure.error
    assert json.loads(failure.data) == odd


@pytest.mark.parametrize(
    ("identity", "path"),
    [
        ({"accountId": [SECRET]}, "userIdentity.accountId"),
        ({"sessionContext": SECRET}, "userIdentity.sessionContext"),
        ({"sessionContext": {"sessionIssuer": SECRET}}, "userIdentity.sessionContext.sessionIssuer"),
        ({"sessionContext": {"attributes": {"creationDate": {}}}}, "sessionContext.attributes.creationDate"),
        ({"onBehalfOf": [SECRET]}, "userIdentity.onBehalfOf"),
    ],
)
def test_wrongly_typed_field_further_down_is_named_by_its_path(identity: Any, path: str) -> None:
    (failure,) = Engine([everything]).judge(record_of(LAUNCH.raw | {"userIdentity": identity})).failures

    assert path in failure.error
    assert SECRET not in failure.error


@pytest.mark.parametrize(
    "time",
    ["9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00", "2026-13-01T00:00:00Z", 1e300, -(2**70)],
)
def test_time_that_cannot_be_is_a_failure(time: Any) -> None:
    """Also one that only leaves the calendar on its way to UTC."""
    (failure,) = Engine([everything]).judge(record_of(LAUNCH.raw | {"eventTime": time})).failures

    assert "eventTime" in failure.error


ODD_VALUES = (None, 7, -1.5, True, "", "odd", "HIDDEN_DUE_TO_SECURITY_REASONS", [], [7, None], {}, {"a": {}})


@pytest.mark.parametrize("event", [LAUNCH, DENIED, SIGNED_IN], ids=["call", "denied", "sign-in"])
def test_no_odd_field_raises(event: CloudTrailEvent) -> None:
    """Any top-level field dropped, null or of another type: there is one fate, and it is counted."""
    engine = Engine([*BUILTIN_RULES, everything])
    variants = [{key: value for key, value in event.raw.items() if key != field} for field in event.raw]
    variants += [event.raw | {field: odd} for field in event.raw for odd in ODD_VALUES]
    variants = [{**one, "recipientAccountId": str(n)} for n, one in enumerate(variants)]

    verdicts, failures, counts = judge_all(engine, file_of(event, *variants))

    assert counts.seen == len(variants) + 1
    assert counts.seen == counts.unrouted + counts.judged + counts.ignored + counts.failed
    assert all(isinstance(failure, DecodeFailure) for failure in failures)
    assert len({verdict.origin for verdict in verdicts}) == counts.judged
    assert counts.judged > counts.failed > 0


# Records that the fast parser refuses

BAD_VALUES = [b"NaN", b"-Infinity", b"01", b"1.", b'"x",', b"[" * 100_000 + b"]" * 100_000]


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (rb"eu-\ud800", "eu-?"),
        (b"eu-\xff", "eu-\N{REPLACEMENT CHARACTER}"),
        (b"eu-\xed\xa0\x80", "eu-" + "\N{REPLACEMENT CHARACTER}" * 3),
        (b"eu\twest", "eu\twest"),
        (rb"eu-\ud83d\ude00", "eu-\N{GRINNING FACE}"),
    ],
)
def test_odd_text_is_judged_and_so_are_its_neighbours(sent: bytes, read: str) -> None:
    """As far as it can be read; the origin says where it could not."""
    odd = raw_of(another(LAUNCH)).replace(b'"awsRegion": "eu-west-1"', b'"awsRegion": "%b"' % sent)
    payload = b'{"Records": [' + b", ".join([raw_of(LAUNCH), odd, raw_of(OTHER)]) + b"]}"

    verdicts, failures, counts = judge_all(Engine([everything]), payload)

    assert [verdict.region for verdict in verdicts] == ["eu-west-1", read, "us-east-1"]
    assert [verdict.origin.removesuffix(" (repaired)") for verdict in verdicts] == [
        f"file > record {number}" for number in (1, 2, 3)
    ]
    assert [verdict.origin.endswith("(repaired)") for verdict in (verdicts[0], verdicts[2])] == [False, False]
    assert (failures, counts.judged) == ([], 3)


def test_odd_text_in_the_routing_fields_is_judged() -> None:
    odd = raw_of(LAUNCH).replace(b'"eventName": "RunInstances"', rb'"eventName": "Run\ud800"')

    (verdict,) = Engine([listener("ec2:Run?")]).judge(Record(odd, FILE)).verdicts

    assert (verdict.event_name, verdict.origin) == ("Run?", "file (repaired)")


@pytest.mark.parametrize("bad", [*BAD_VALUES, b"'x'", b'"x', b"{]"], ids=lambda bad: bad[:9].decode())
def test_bad_record_fails_alone(bad: bytes) -> None:
    """What nobody can read costs its neighbours nothing."""
    odd = raw_of(LAUNCH).replace(b'"eu-west-1"', bad)

    judgements = [Engine([everything]).judge(Record(raw)) for raw in (raw_of(LAUNCH), odd, raw_of(OTHER))]

    assert [judgement.fate for judgement in judgements] == ["judged", "failed", "judged"]
    (failure,) = judgements[1].failures
    assert isinstance(failure, DecodeFailure)
    assert len(failure.error) < 200
    assert failure.data == odd


@pytest.mark.parametrize("bad", BAD_VALUES, ids=lambda bad: bad[:9].decode())
def test_bad_record_costs_its_file_nothing(bad: bytes) -> None:
    odd = raw_of(LAUNCH).replace(b'"eu-west-1"', bad)
    payload = b'{"Records": [' + b", ".join([raw_of(LAUNCH), odd, raw_of(OTHER)]) + b"]}"

    verdicts, failures, counts = judge_all(Engine([everything]), payload)

    assert [verdict.origin for verdict in verdicts] == ["file > record 1", "file > record 3"]
    assert [failure.origin for failure in failures] == ["file > record 2"]
    assert (counts.judged, counts.failed) == (2, 1)


# Whatever comes

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=6)
NUMBERS = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=6,
)
ACTION = {
    "eventSource": st.sampled_from(["ec2.amazonaws.com", "s3.amazonaws.com", "signin.amazonaws.com"]),
    "eventName": st.sampled_from(["RunInstances", "ListBuckets", "ConsoleLogin", "Run20150331"]),
}
FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "eventID": st.sampled_from(["6f1d2b0a", "", 7]),
    "eventTime": st.sampled_from(["2026-03-02T09:00:00Z", "2026-03-02T09:00:00.123+01:00", 1772442000, 1e12]),
    "userIdentity": st.sampled_from([LAUNCH.raw["userIdentity"], root(), iam_user(), {}, None]),
    "responseElements": st.sampled_from(
        [None, {}, {"ConsoleLogin": "Failure"}, LAUNCH.raw["responseElements"]]
    ),
    "requestParameters": st.none() | st.dictionaries(ANY_TEXT, JSON, max_size=3),
    "errorCode": st.sampled_from([None, "", "AccessDenied", {}]),
    "readOnly": st.sampled_from([True, False, None, "true", "false"]),
    "recipientAccountId": st.sampled_from(["111122223333", None, ""]),
    "eventType": st.sampled_from(["AwsApiCall", "AwsCloudTrailInsight", None]),
    "sourceIPAddress": st.sampled_from(["198.51.100.7", "2001:DB8::1", "AWS Internal", None]),
}
# Mostly what a record should be, with one field or another of it anything at all, and some that nobody knows.
RECORDS = st.builds(
    lambda action, fields, odd: action | fields | odd,
    st.fixed_dictionaries(ACTION),
    st.fixed_dictionaries({}, optional=FIELDS),
    st.dictionaries(st.sampled_from([*ACTION, *FIELDS]) | ANY_TEXT, JSON, max_size=2),
)
some = settings(max_examples=80)
ENGINE = Engine([launched, everything, broken, listed, listener(Match("s3:*", identity="Root"))])


def anywhere(verdicts: tuple[Verdict, ...]) -> list[Verdict]:
    """Say what verdicts say, but for where they were found."""
    return [msgspec.structs.replace(verdict, origin="") for verdict in verdicts]


def test_failure_keeps_the_bytes_as_they_came() -> None:
    """Not as they were mended: a dead letter must hold what AWS sent."""
    raw = b'{"eventSource": "ec2.amazonaws.com", "eventName": "Run", "userIdentity": 7, "x": "\xff"}'

    [failure] = Engine([everything]).judge(Record(raw)).failures

    assert isinstance(failure, DecodeFailure)
    assert failure.data == raw


@some
@given(RECORDS)
@example({"eventSource": "ec2.amazonaws.com", "eventName": "Run", "x": 2**64})
@example({"eventSource": "ec2.amazonaws.com", "eventName": "Run", "x": [1e16, 5e-324, -0.0, 1.0]})
def test_fast_and_slow_path_give_the_same_verdicts(record: dict[str, Any]) -> None:
    """What is read as it came is judged as it would be after the slow path had mended it."""
    raw = json.dumps(record).encode()
    fast, slow = ENGINE.judge(Record(raw)), ENGINE.judge(Record(repair(raw), repair="repaired"))

    assert anywhere(fast.verdicts) == anywhere(slow.verdicts)
    assert fast.fate == slow.fate
    assert len(fast.failures) == len(slow.failures)


@some
@given(st.lists(RECORDS, max_size=5), st.sampled_from([None, 2]))
def test_batch_is_judged_as_its_records_are(records: list[dict[str, Any]], indent: int | None) -> None:
    """Judging a file's records by their heads alone changes nothing."""
    readable = json.loads(repair(json.dumps({"Records": records}).encode()))
    payload = json.dumps(readable, indent=indent).encode()

    verdicts, failures, counts = judge_all(ENGINE, payload)
    seen: set[tuple[str, str]] = set()
    judgements = [
        ENGINE.judge(Record(raw, FILE, ("record", n)), seen) for n, raw in enumerate(split(payload), 1)
    ]

    assert verdicts == [verdict for judgement in judgements for verdict in judgement.verdicts]
    assert failures == [failure for judgement in judgements for failure in judgement.failures]
    assert counts.judged == sum(judgement.fate == "judged" for judgement in judgements)
    assert counts.unrouted == sum(judgement.fate == "unrouted" for judgement in judgements)


@some
@given(st.lists(RECORDS | JSON, max_size=6))
def test_counts_add_up(values: list[Any]) -> None:
    """Every record that was sent met one fate, whatever it is and however it came."""
    for payload in (json.dumps({"Records": values}), json.dumps(values)):
        _, failures, counts = judge_all(ENGINE, payload.encode())

        assert counts.seen == len(values)
        assert counts.seen == counts.unrouted + counts.judged + counts.ignored + counts.failed
        assert counts.failed == sum(isinstance(failure, DecodeFailure) for failure in failures)
        assert counts.rule_failures == sum(isinstance(failure, RuleFailure) for failure in failures)


@some
@given(st.binary(max_size=60) | RECORDS.map(raw_of))
def test_no_record_raises(raw: bytes) -> None:
    """Bytes of any kind have one of four fates; what is said of them cannot be mistaken for one another."""
    judgement = ENGINE.judge(Record(raw))

    assert judgement.fate in {"unrouted", "judged", "ignored", "failed"}
    assert bool(judgement.verdicts) <= (judgement.fate == "judged")
    assert (judgement.ignored is not None) == (judgement.fate == "ignored")
    if judgement.fate == "failed":
        assert [type(failure) for failure in judgement.failures] == [DecodeFailure]


@some
@given(st.binary(max_size=60))
def test_what_cannot_be_mended_fails(raw: bytes) -> None:
    """And what fails for its syntax could not be mended."""
    try:
        mended = json.loads(repair(raw))
    except DecodingError:
        assert ENGINE.judge(Record(raw)).fate == "failed"
    else:
        assert isinstance(mended, dict) or ENGINE.judge(Record(raw)).fate == "failed"


# What comes twice


def test_event_that_comes_twice_is_judged_once() -> None:
    """Through two channels, or delivered again; the repeat is counted."""
    verdicts, failures, counts = judge_all(
        Engine([launched]), file_of(LAUNCH, OTHER, LAUNCH, another(LAUNCH))
    )

    assert {verdict.origin for verdict in verdicts} == {"file > record 1", "file > record 4"}
    assert (counts.judged, counts.unrouted, counts.repeated, counts.ignored) == (2, 1, 1, 1)
    assert counts.seen == 4
    assert failures == []
    assert counts.complete


@pytest.mark.parametrize(
    "change",
    [{"recipientAccountId": "444455556666"}, {"eventID": "another"}, {"recipientAccountId": None}],
)
def test_near_miss_of_a_repeat_is_judged(change: dict[str, Any]) -> None:
    """The same call is recorded in two accounts under ids of their own, or even the same one."""
    _, _, counts = judge_all(Engine([launched]), file_of(LAUNCH, LAUNCH.raw | change))

    assert (counts.judged, counts.repeated) == (2, 0)


@pytest.mark.parametrize("odd", [None, "", 7, ["id"], {}])
def test_event_without_an_id_is_never_a_repeat(odd: Any) -> None:
    nameless = LAUNCH.raw | {"eventID": odd}

    _, _, counts = judge_all(Engine([launched]), file_of(nameless, nameless))

    assert counts.repeated == 0
    assert counts.judged + counts.failed == 2


def test_old_spelling_of_the_account_is_the_same_account() -> None:
    old = {key: value for key, value in LAUNCH.raw.items() if key != "recipientAccountId"}
    old["recipientAccountID"] = LAUNCH.raw["recipientAccountId"]

    _, _, counts = judge_all(Engine([launched]), file_of(LAUNCH, old))

    assert counts.repeated == 1


def test_repeat_of_what_could_not_be_judged_is_judged() -> None:
    """The first one did nobody any good."""
    broken_first = LAUNCH.raw | {"eventTime": "no time at all"}

    verdicts, _, counts = judge_all(Engine([launched]), file_of(broken_first, LAUNCH))

    assert (counts.failed, counts.judged, counts.repeated) == (1, 1, 0)
    assert {verdict.origin for verdict in verdicts} == {"file > record 2"}


def test_ids_are_kept_only_of_what_a_rule_listens_to() -> None:
    """Or a scan of millions would not stay small."""
    seen: set[str] = set()

    list(Engine([launched]).judge_all(decode(file_of(LAUNCH, OTHER, DENIED)), Counts(), seen))

    assert seen == {f"12:111122223333{LAUNCH.event_id}"}


def test_calls_that_belong_together_share_what_was_seen() -> None:
    engine, counts, seen = Engine([launched]), Counts(), set[str]()

    for _ in range(3):
        list(engine.judge_all(decode(file_of(LAUNCH)), counts, seen))
    list(engine.judge_all(decode(file_of(LAUNCH)), counts))

    assert (counts.judged, counts.repeated) == (2, 2)


# What is not for rules


def test_record_may_be_as_large_as_the_settings_say() -> None:
    raw = raw_of(LAUNCH)
    for spare, expected in ((0, "judged"), (-1, "failed")):
        settings = Settings(limits=Limits(max_record_bytes=len(raw) + spare))

        judgement = Engine([launched], settings).judge(Record(raw, FILE))

        assert judgement.fate == expected
    assert f"larger than the {len(raw) - 1:,} bytes" in judgement.failures[0].error


def test_large_record_of_no_concern_is_no_failure() -> None:
    settings = Settings(limits=Limits(max_record_bytes=10))

    assert Engine([launched], settings).judge(record_of(OTHER)).fate == "unrouted"


def test_object_that_nobody_fetched_is_a_failure() -> None:
    """Whoever decodes by themselves has to fetch by themselves; nothing is lost without a word."""
    counts = Counts()

    (failure,) = Engine([everything]).judge_all([ObjectRef("bucket", "key", None, FILE)], counts)

    assert failure == ReadFailure("file > s3://bucket/key", "nobody fetched it")
    assert (counts.unread, counts.complete) == (1, False)


on_new_vpc = rule(
    on="ec2:CreateVpc", severity=Severity.LOW, title="A VPC was made", references=["https://example.com"]
)


def vpc_made(action: str = "ec2:CreateVpc", **fields: Any) -> dict[str, Any]:
    return cloudtrail_event(action).raw | fields


def told_of(check: Any, event: dict[str, Any]) -> list[Notice]:
    engine = Engine([on_new_vpc(check)])
    return list(engine.judge_all(decode(json.dumps(event)), Counts()))


def test_evidence_is_what_it_was_when_the_violation_was_found() -> None:
    def open_ports(event: CloudTrailEvent) -> Iterator[Violation]:
        evidence = {}
        for port in (22, 3389):
            evidence["port"] = port
            yield Violation(f"{port} is open in {event.aws_region}", evidence=evidence)

    verdicts = [one for one in told_of(open_ports, vpc_made()) if isinstance(one, Verdict)]

    assert [one.evidence for one in verdicts] == [{"port": 22}, {"port": 3389}]


class _Unreadable(Mapping[str, Any]):
    def __getitem__(self, key: str) -> Any:
        raise LookupError(key)

    def __iter__(self) -> Iterator[str]:
        return iter(["port"])

    def __len__(self) -> int:
        return 1


def test_evidence_that_cannot_be_read_is_the_failure_of_its_rule() -> None:
    def odd_evidence(event: CloudTrailEvent) -> Violation:
        return Violation(event.event_name, evidence=_Unreadable())

    (failure,) = told_of(odd_evidence, vpc_made())

    assert isinstance(failure, RuleFailure)
    assert failure.rule_id == "odd-evidence"


def test_verdict_of_an_event_without_id_bears_the_same_id_whatever_rules_do_to_the_event() -> None:
    def any_vpc(event: CloudTrailEvent) -> str:
        return event.event_name

    untouched = told_of(any_vpc, vpc_made(eventID=None))

    def meddling(event: CloudTrailEvent) -> str:
        event.raw.pop("userAgent", None)
        return event.event_name

    meddling.__name__ = "any_vpc"
    touched = told_of(meddling, vpc_made(eventID=None))

    assert [one.id for one in touched if isinstance(one, Verdict)] == [
        one.id for one in untouched if isinstance(one, Verdict)
    ]


# Rules that listen to everything, but only to what failed or somebody did


def wide(name: str, **only: Any) -> Rule:
    def found(event: CloudTrailEvent) -> str:
        return f"{name} heard of {event.action}"

    found.__name__ = name
    return rule(on=Match("*:*", **only), severity=Severity.LOW, title="Wide")(found)


def raw(**fields: Any) -> dict[str, Any]:
    return {"eventSource": "ec2.amazonaws.com", "eventName": "DescribeVpcs", **fields}


@pytest.mark.parametrize(
    ("fields", "heard"),
    [
        ({"userIdentity": {"type": "Root"}}, ["of_root"]),
        ({"errorCode": "AccessDenied"}, ["of_denials"]),
        ({"errorCode": "AccessDenied", "userIdentity": {"type": "Root"}}, ["of_denials", "of_root"]),
        ({"errorCode": "NoSuchEntity"}, []),
        ({"errorCode": ""}, []),
        ({"errorCode": None, "userIdentity": None}, []),
        ({"userIdentity": {"type": "IAMUser"}}, []),
        ({"userIdentity": {"type": ["Root"]}}, []),
        ({}, []),
    ],
)
def test_wide_rules_hear_of_a_batch_what_they_hear_of_one(fields: dict[str, Any], heard: list[str]) -> None:
    """Only such records are looked at; whether they come one by one, or as a file, is the same."""
    rules = [
        wide("of_root", identity="Root", outcome="any"),
        wide("of_denials", error="AccessDenied*"),
    ]
    engine = Engine(rules)
    ordinary = raw(userIdentity={"type": "IAMUser"})
    file = {"Records": [ordinary, raw(**fields), ordinary]}

    # Twice: what is known of an action must not depend on who was heard of first.
    for _ in range(2):
        found = list(engine.judge_all(decode(json.dumps(file)), Counts()))
        one = engine.judge(Record(json.dumps(raw(**fields)).encode()))
        told = [v.reason.partition(" ")[0] for v in found if isinstance(v, Verdict)]
        assert told == [v.reason.partition(" ")[0] for v in one.verdicts] == heard


def test_a_caller_that_is_a_text_hides_no_other_record() -> None:
    engine = Engine([wide("of_root", identity="Root")])
    file = {"Records": [raw(userIdentity="alice"), raw(userIdentity={"type": "Root"}), raw(userIdentity=7)]}

    found = list(engine.judge_all(decode(json.dumps(file)), Counts()))

    assert [v.reason for v in found if isinstance(v, Verdict)] == ["of_root heard of ec2:DescribeVpcs"]
