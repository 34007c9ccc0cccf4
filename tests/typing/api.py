"""The public API as users type it. Type checkers read this file; nothing runs it.

What must be an error has a ``type: ignore`` with its code: a checker that warns of unused ones proves it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

import trailguard
from trailguard import (
    CloudTrailEvent,
    ConfigurationItem,
    Dedup,
    Engine,
    Guard,
    Match,
    Report,
    Rule,
    ScheduledRun,
    Severity,
    Threshold,
    Verdict,
    Violation,
    hookimpl,
    rule,
)
from trailguard.errors import (
    DefinitionError,
    DuplicateRuleError,
    FilterError,
    NoRulesError,
    PackagingError,
    PluginError,
    PluginLoadError,
    ReadError,
    RoleError,
    SettingsError,
    TrailguardError,
    UnfinishedError,
    UnsupportedEvent,
)
from trailguard.explain import explain
from trailguard.filters.cloudtrail import event_selectors
from trailguard.filters.cloudwatch_logs import LogFilters, filter_patterns
from trailguard.filters.config import resource_types
from trailguard.filters.deployed.cloudtrail import selector_gaps
from trailguard.filters.deployed.cloudwatch_logs import filter_pattern_gaps
from trailguard.filters.deployed.config import resource_type_gaps
from trailguard.filters.deployed.eventbridge import event_pattern_gaps
from trailguard.filters.eventbridge import event_patterns, item_patterns
from trailguard.inbox import Message, handle_verdicts, messages_from, verdicts_from
from trailguard.lint import Finding, lint
from trailguard.message import to_json
from trailguard.models.config import ConfigMessage, ConfigurationItemChange
from trailguard.notifiers.sns import SnsNotifier
from trailguard.notifiers.stream import StreamNotifier
from trailguard.notify import Notifier, Told, Undelivered, deliver
from trailguard.package.build import Built, Order, build
from trailguard.package.target import target_of
from trailguard.parallel import Workers, cpus
from trailguard.plugins import rules_in
from trailguard.record import DecodeFailure, ReadFailure
from trailguard.report import Counts, DeadLetter, Failure, Notice
from trailguard.settings import (
    Answers,
    ConfigSettings,
    Limits,
    NotifierSettings,
    PluginSettings,
    RuleSettings,
    Settings,
    load_settings,
)
from trailguard.sources import find
from trailguard.stores.dynamodb import DynamoDbStore
from trailguard.stores.memory import MemoryStore
from trailguard.stores.sqlite import SqliteStore
from trailguard.testing import (
    Delivery,
    RecordingNotifier,
    SampleEvent,
    SampleItem,
    SampleRun,
    assert_complies,
    assert_violates,
    assumed_role,
    aws_account,
    aws_service,
    cloudtrail_event,
    config_snapshot,
    configuration_item,
    engine_with,
    federated_user,
    iam_user,
    identity_center_role,
    identity_center_user,
    log_file,
    recorded_event,
    recorded_item,
    root,
    saml_user,
    scheduled_run,
    service_event,
    sqs_event,
    web_identity_user,
)
from trailguard.verdict import Compliance, PluginFailure, RuleFailure

if TYPE_CHECKING:
    from datetime import datetime
    from ipaddress import IPv4Address, IPv6Address

    from trailguard.explain import Explanation
    from trailguard.models import Actor, ConfigRuleInvocation, UserIdentity
    from trailguard.stores import Store

version: str = trailguard.__version__


def use(*values: object) -> None:
    """Keep linters from asking why a name is there."""


# Rules: every kind of answer, with parameters and without.


@rule(on="s3:DeleteBucket", severity=Severity.HIGH, title="Bucket deleted")
def gives_a_reason(event: CloudTrailEvent) -> str | None:
    return None if event.succeeded else "refused"


@rule(
    on=["s3:PutBucketAcl", Match("s3:PutBucketPolicy", outcome="any", identity="Root", read_only=False)],
    severity=Severity.MEDIUM,
    title="Bucket opened",
    outcome="failure",
    tags=["acme:1"],
    references=("https://example.com/buckets",),
    lint_ignore=["TG103"],
)
def gives_a_violation(event: CloudTrailEvent) -> Violation:
    return Violation("why", resource=event.event_id, severity=Severity.LOW, evidence={"acl": ["public-read"]})


class Params(BaseModel, frozen=True):
    actions: tuple[str, ...] = ("ec2:CreateVpc",)


def actions_of(params: Params) -> Iterable[str | Match]:
    return params.actions


@rule(on=actions_of, severity=Severity.INFO, title="Action called")
def gives_several(event: CloudTrailEvent, params: Params) -> Iterator[Violation | str]:
    yield "one reason"
    yield Violation(f"{event.action} is one of {len(params.actions)}")


@rule(on=Match("iam:*", error=["AccessDenied*"]), severity=Severity.LOW, title="Nothing wrong")
def gives_nothing(event: CloudTrailEvent) -> None:
    use(event.event_name)


@rule(on=["AWS::EC2::*", Match("AWS::S3::Bucket", deleted=True)], severity=Severity.LOW, title="Item")
def looks_at_an_item(item: ConfigurationItem) -> Violation | None:
    return Violation("why", resource_type=item.resource_type)


@rule(on="schedule", severity=Severity.LOW, title="Run")
def looks_around(run: ScheduledRun, params: Params) -> str:
    return f"{run.client('ec2').describe_vpcs()} {params.actions}"


# A rule takes one of three things.
@rule(on="s3:*", severity=Severity.LOW, title="A text")  # type: ignore[type-var]
def takes_a_text(event: str) -> str:
    return event


# A rule gives nothing but reasons and violations.
@rule(on="s3:*", severity=Severity.LOW, title="A number")  # type: ignore[arg-type]
def gives_a_number(event: CloudTrailEvent) -> int:
    return len(event.event_name)


rule("s3:*")  # type: ignore[call-arg]
Match("s3:*", outcome="perhaps")  # type: ignore[arg-type]

one_rule: Rule = gives_several
found: list[Violation] = one_rule(cloudtrail_event("ec2:CreateVpc"), Params())
found = looks_at_an_item(configuration_item("AWS::EC2::VPC"))
found = looks_around(scheduled_run().with_clients(lambda service: service))
rule_id: str = one_rule.id
lint_findings: list[Finding] = lint([one_rule])
codes: list[str] = [
    f"{finding.code} {finding.place}: {finding.problem}; {finding.fix}" for finding in lint_findings
]
documentation: str = one_rule.documentation
tags: tuple[str, ...] = one_rule.tags


# A plugin.


class Pager:
    """A notifier needs no base class."""

    name = "pager"

    def __init__(self, number: str) -> None:
        self.number = number

    def send(self, notices: Sequence[Notice]) -> Iterable[Undelivered]:
        return [Undelivered(notice, self.name, "busy") for notice in notices]


class Silent:
    name = "silent"


@hookimpl
def trailguard_rules() -> Iterable[Rule]:
    return [gives_a_reason, *rules_in(trailguard)]


@hookimpl
def trailguard_notifiers() -> dict[str, Callable[..., Notifier]]:
    return {"pager": Pager}


pager: Notifier = Pager("555-0100")
silent: Notifier = Silent()  # type: ignore[assignment]
stream: Notifier = StreamNotifier()


# A guard.


def handler() -> Callable[..., dict[str, Any]]:
    sns: Notifier = SnsNotifier("arn:aws:sns:eu-west-1:111122223333:security")
    guard: Guard = Guard.from_settings(
        Path("trailguard.toml"),
        rules=[gives_a_reason],
        plugins=[trailguard],
        notifiers=[sns, stream, Pager("555-0100")],
        only=["gives-a-reason"],
    )
    Guard.from_settings("trailguard.toml")
    Guard.from_settings(notifiers=[Silent()])  # type: ignore[list-item]
    return guard.handle


def judge(payload: bytes | str | dict[str, Any] | list[Any]) -> Report:
    settings: Settings = Settings(
        rules={"gives-a-reason": RuleSettings(enabled=True, severity=Severity.CRITICAL, parameters={"a": 1})},
        notifiers=(NotifierSettings(type="stream"),),
    )
    engine: Engine = Engine([gives_a_reason], settings, only=["gives-a-reason"])
    settings = Settings(limits=Limits(max_depth=3), answers=Answers(firehose_unmatched="drop"))
    settings = Settings(config=ConfigSettings(role="execution", external_id="x"))
    settings = Settings(plugins=PluginSettings(on_error="skip"))
    guard = Guard(engine, dead_letter=StreamNotifier(), settings=settings, s3=None, config=None, problems=())
    problems: tuple[PluginError, ...] = guard.problems
    use(problems)
    summary: dict[str, Any] = guard.handle(payload, None)
    use(summary)
    return Guard(engine, [StreamNotifier()]).judge(payload)


def explained(engine: Engine, event: CloudTrailEvent) -> str:
    explanation: Explanation = explain(engine.listeners[0], event)
    violations: tuple[Violation, ...] = explanation.violations
    use(explanation.rule, explanation.asked, explanation.reads, violations, list(explanation.lines()))
    return f"{explanation.fate} {explanation.why} {explanation.error}"


def try_out(tmp: Path) -> None:
    violation: Violation = assert_violates(
        gives_several, recorded_event(tmp), reason=re.compile("one"), severity="info", params={"actions": []}
    )
    assert_violates(looks_at_an_item, recorded_item("item.json"), severity=Severity.LOW, resource="vpc-1")
    assert_complies(gives_several, cloudtrail_event("ec2:CreateVpc"), params=Params())
    assert_violates("gives-several", cloudtrail_event("ec2:CreateVpc"))  # type: ignore[arg-type]
    use(violation)
    engine: Engine = engine_with(gives_several, settings={"rules": {}}, parameters={"gives-several": {}})
    notifier = RecordingNotifier()
    Guard(engine, [notifier, *list[Notifier]()])
    told: list[Verdict] = notifier.verdicts
    untold: list[Failure] = notifier.failures
    use(told, untold)


def act_on(event: dict[str, Any]) -> dict[str, Any]:
    verdicts: list[Verdict] = list(verdicts_from(event))
    notices: list[Notice] = list(verdicts_from(event, failures=True))
    messages: list[Message] = list(messages_from(event))
    use(verdicts, notices, messages)
    return handle_verdicts(event, lambda verdict: use(verdict.evidence))


@rule(
    on="signin:ConsoleLogin",
    outcome="failure",
    threshold=Threshold(5, within="10m", by="source_ip"),
    dedup=Dedup(within="1h", by=["account_id"]),
    severity=Severity.LOW,
    title="Many",
)
def counts(event: CloudTrailEvent) -> str:
    return f"one more: {event.action}"


def remember(event: dict[str, Any]) -> dict[str, Any]:
    store: Store = MemoryStore()
    Guard(Engine([counts]), [Pager("555-0100")], store=DynamoDbStore("trailguard", region="eu-west-1"))
    return Guard(Engine([counts]), store=SqliteStore("state.db")).handle(event, store)


def read(report: Report) -> None:
    verdicts: tuple[Verdict, ...] = report.verdicts
    failures: tuple[Failure, ...] = report.failures
    counts: Counts = report.counts
    numbers: list[int] = [counts.seen, counts.judged, counts.unrouted, counts.ignored, counts.failed]
    complete: bool = counts.complete
    told: Told = deliver([*verdicts, *failures], [pager])[0]
    undelivered: tuple[Undelivered, ...] = told.undelivered
    use(numbers, complete, undelivered)
    report.verdicts = ()  # type: ignore[misc]


def read_verdict(verdict: Verdict) -> None:
    texts: list[str] = [verdict.id, verdict.rule_id, verdict.title, verdict.reason, verdict.origin]
    maybe: list[str | None] = [verdict.account_id, verdict.region, verdict.event_id, verdict.event_source]
    more: list[str | None] = [verdict.event_name, verdict.source_ip, verdict.resource, verdict.resource_type]
    severity: Severity = verdict.severity
    compliance: Compliance = verdict.compliance
    time: datetime | None = verdict.event_time
    actor: Actor = verdict.actor
    verdict_tags: tuple[str, ...] = verdict.tags
    evidence: dict[str, Any] = verdict.evidence
    suppressed: bool = verdict.suppressed
    worse: bool = severity > Severity.LOW
    line: str = to_json(verdict, max_bytes=1_000)
    use(texts, maybe, more, compliance, time, actor, verdict_tags, evidence)
    use(suppressed, worse, line)
    verdict.reason = "another"  # type: ignore[misc]


def read_notice(notice: Notice) -> str:
    match notice:
        case Verdict():
            return notice.reason
        case RuleFailure():
            return notice.rule_id
        case DeadLetter() | DecodeFailure():
            return notice.data.decode("utf-8", "replace")
        case PluginFailure():
            return notice.plugin
        case ReadFailure():
            return f"{notice.error}, {notice.message_id}" if notice.transient else notice.error


def scan(guard: Guard) -> Iterator[Notice]:
    return guard.scan(find(["logs", Path("more")]), Counts(), use)


def make_guard() -> Guard:
    return Guard.from_settings(notifiers=())


def scan_in_parallel(guard: Guard) -> list[Notice]:
    with Workers(make_guard, jobs=cpus()) as workers:
        return list(guard.scan(workers.judged(find(["logs"])), Counts()))


# Filters: compiled of listeners, and checked.


def filters_of(guard: Guard) -> list[dict[str, Any]]:
    listeners = guard.engine.listeners
    logs: LogFilters = filter_patterns(listeners, max_filters=1)
    texts: tuple[str, ...] = logs.patterns + logs.widened
    types: list[str] = resource_types(listeners)
    gaps: list[str] = event_pattern_gaps(listeners, "[]", "a file")
    gaps += filter_pattern_gaps(listeners, "\n".join(texts), "a file")
    gaps += resource_type_gaps(listeners, "\n".join(types), "a file")
    gaps += selector_gaps(listeners, "[]", "a file")
    if gaps:
        raise FilterError(gaps[0])
    return event_patterns(listeners) + item_patterns(listeners) + event_selectors(listeners)


# Packages: what is wanted, and what came of it.


def packaged(out: Path) -> tuple[str, ...]:
    built: Built = build(out, Order(target_of("3.13", "arm64"), extras=("fast",)))
    told: tuple[str, ...] = (*built.distributions, built.sha256)
    return told if built.tried and built.zipped < built.unzipped else ()


# Events.


def read_event(event: CloudTrailEvent) -> None:
    texts: list[str] = [event.event_source, event.event_name, event.service, event.action]
    maybe: list[str | None] = [event.account_id, event.aws_region, event.error_code, event.user_agent]
    request: dict[str, Any] = event.request_parameters
    identity: UserIdentity | None = event.user_identity
    actor: Actor = event.actor
    name: str = actor.name
    session: str | None = actor.session_name
    root_user: bool = actor.is_root
    mfa: bool | None = event.mfa
    address: IPv4Address | IPv6Address | None = event.source_ip
    raw: dict[str, Any] = event.raw
    anything: Any = event.search("requestParameters.bucketName")
    use(texts, maybe, request, identity, name, session)
    use(root_user, mfa, address, raw, anything)
    event.event_name = "Another"  # type: ignore[misc]


event: SampleEvent = cloudtrail_event(
    "ec2:CreateVpc",
    actor=assumed_role("Deployer", "ci-1234", account_id="111122223333"),
    request={"cidrBlock": "10.0.0.0/16"},
    response={"vpc": {"vpcId": "vpc-0example"}},
    mfa=True,
    source_ip="198.51.100.7",
    region="eu-west-1",
    account_id="444455556666",
    vpcEndpointId="vpce-0example",
)
packed: bytes = log_file([event])


def read_item(item: ConfigurationItem) -> None:
    texts: list[str] = [item.resource_type, item.resource_id, item.resource, item.item_id]
    maybe: list[str | None] = [item.arn, item.account_id, item.aws_region, item.status, item.tag("Name")]
    configuration: dict[str, Any] = item.configuration
    supplementary: dict[str, Any] = item.supplementary_configuration
    item_tags: dict[str, str | None] = item.tags
    related: tuple[str, ...] = item.related("AWS::EC2::VPC")
    captured: datetime | None = item.capture_time
    gone: bool = item.is_deleted or not item.is_recorded
    anything: Any = item.search("configuration.vpcId")
    use(texts, maybe, configuration, supplementary, item_tags, related, captured, gone, anything, item.raw)
    item.status = "OK"  # type: ignore[misc]


def read_invocation(invocation: ConfigRuleInvocation) -> None:
    message: ConfigMessage = invocation.message
    if isinstance(message, ConfigurationItemChange):
        read_item(message.configuration_item)
    parameters: dict[str, Any] = invocation.rule_parameters
    use(message.message_type, parameters, invocation.event_left_scope)


item: SampleItem = configuration_item(
    "AWS::EC2::VPC",
    {"isDefault": False},
    supplementary={},
    tags={"Name": "shop"},
    relationships=[("AWS::EC2::InternetGateway", "igw-0example")],
    status="OK",
    ARN="arn:aws:ec2:us-east-1:111122223333:vpc/vpc-0example",
)
invoked: Delivery = item.as_oversized().as_config_rule(parameters={"rules": "x"}, left_scope=False)
run: SampleRun = scheduled_run(account_id="444455556666")
snapshot: bytes = config_snapshot([item])
in_history: dict[str, Any] = item.as_api_item()
delivery: Delivery = event.as_s3_notification(bucket="amzn-s3-demo-bucket").as_sns().as_sqs(fifo=True)
stored: dict[tuple[str, str], bytes] = delivery.objects
batch: Delivery = sqs_event([event, event.as_eventbridge(), b"{}", "{}"])
actors: list[dict[str, Any]] = [
    root(),
    iam_user("alice"),
    federated_user(),
    saml_user(),
    web_identity_user(),
    aws_account(),
    aws_service("ec2.amazonaws.com"),
    service_event(),
    identity_center_role("carol@example.com"),
    identity_center_user(),
]


# Errors: each keeps what it knows.


def told_by(error: TrailguardError) -> tuple[str, ...]:
    told: tuple[str, ...] = ()
    match error:
        case DefinitionError():
            told = (error.rule,)
        case DuplicateRuleError():
            told = (error.plugin, error.rule_id)
        case PluginLoadError() | PluginError():
            told = (error.plugin,)
        case SettingsError():
            told = (error.source, error.key)
        case UnsupportedEvent():
            told = (error.origin, error.problem, *error.shapes)
        case ReadError():
            told = (error.source, error.problem)
        case RoleError():
            told = (error.role_arn, error.problem)
        case UnfinishedError() | PackagingError():
            told = tuple(error.problems)
        case NoRulesError() | FilterError():
            told = (str(error),)
    return told


loaded: Settings = load_settings("trailguard.toml")
