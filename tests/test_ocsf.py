"""Events are held against a table of what OCSF asks of each class and object, written out from its schema."""

from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime, timedelta, timezone
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailguard import Severity, Verdict
from trailguard.models import Actor
from trailguard.ocsf import to_ocsf, to_ocsf_json
from trailguard.record import DecodeFailure, ReadFailure
from trailguard.report import DeadLetter
from trailguard.verdict import Compliance, PluginFailure, RuleFailure, Suppression

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailguard.report import Notice

HAPPENED = datetime(2026, 3, 1, 11, 59, 58, 123456, tzinfo=UTC)
MILLISECONDS = 1_772_366_398_123
FAILURES: list[Any] = [
    RuleFailure(
        "igw-attached", "event-1", "AttachInternetGateway", "log.json.gz > record 1", "KeyError: 'x'"
    ),
    DecodeFailure("log.json.gz > record 2", "not a JSON object", b"\xff\x00"),
    ReadFailure("s3://amzn-s3-demo-bucket/log.json.gz", "Access Denied"),
    PluginFailure("acme-rules 1.0 (acme)", "ImportError: no module"),
    DeadLetter("sqs 1", "not JSON", b"\xff\x00"),
]


def verdict(**changes: Any) -> Verdict:
    return Verdict(
        **{
            "id": "0123456789abcdef0123456789abcdef",
            "rule_id": "internet-gateway-attached",
            "compliance": Compliance.NON_COMPLIANT,
            "severity": Severity.HIGH,
            "title": "Internet gateway attached to a VPC",
            "reason": "the internet gateway igw-0example is attached to vpc-0example",
            "account_id": "111122223333",
            "region": "eu-west-1",
            "event_id": "event-1",
            "event_time": HAPPENED,
            "event_source": "ec2.amazonaws.com",
            "event_name": "AttachInternetGateway",
            "actor": Actor(
                type="AssumedRole",
                name="Deployer",
                arn="arn:aws:sts::444455556666:assumed-role/Deployer/alice",
                account_id="444455556666",
                role_name="Deployer",
                session_name="alice",
                service="cloudformation.amazonaws.com",
                access_key_id="ASIAEXAMPLE",
            ),
            "source_ip": "198.51.100.7",
            "resource": "igw-0example",
            "resource_type": "AWS::EC2::InternetGateway",
            "origin": "log.json.gz > record 1",
            "tags": ("mitre:T1562.007",),
            "evidence": {"vpc_id": "vpc-0example"},
            **changes,
        }
    )


def of_configuration(**changes: Any) -> Verdict:
    """Return a verdict about what AWS Config recorded: there was no call."""
    none = dict.fromkeys(["event_source", "event_name", "source_ip"])
    return verdict(**{**none, "actor": Actor(), **changes})


# What OCSF asks for. An attribute of a class or object is `!` required or `?` not, and of a type, an object
# or a list (`*`) of these; a set of numbers is an enumeration.


class Kind(NamedTuple):
    """A class or an object.

    Attributes:
        attributes: those that trailguard writes, and all that are required.
        some: at least one of these is there.
    """

    attributes: dict[str, Any]
    some: str = ""


SEVERITIES = {0, 1, 2, 3, 4, 5, 6, 99}
FINDING = {
    "activity_id!": {0, 1, 2, 3, 99},
    "category_uid!": {2},
    "time!": int,
    "severity_id!": SEVERITIES,
    "severity?": str,
    "status_id?": {0, 1, 2, 3, 4, 5, 6, 99},
    "status?": str,
    "status_detail?": str,
    "message?": str,
    "metadata!": "metadata",
    "finding_info!": "finding_info",
    "cloud!": "cloud",
    "resources?*": "resource_details",
    "evidences?*": "evidences",
}
CLASSES = {
    2003: Kind(
        {**FINDING, "class_uid!": {2003}, "type_uid!": {200301, 200302, 200303}, "compliance!": "compliance"}
    ),
    2004: Kind({**FINDING, "class_uid!": {2004}, "type_uid!": {200401, 200402, 200403}, "is_alert?": bool}),
    6008: Kind(
        {
            "activity_id!": {0, 1, 2, 99},
            "category_uid!": {6},
            "class_uid!": {6008},
            "type_uid!": {600800, 600801, 600802, 600899},
            "time!": int,
            "severity_id!": SEVERITIES,
            "severity?": str,
            "status_id?": {0, 1, 2, 99},
            "status?": str,
            "message?": str,
            "metadata!": "metadata",
            "unmapped?": "any",
        }
    ),
}
OBJECTS = {
    "metadata": Kind(
        {
            "version!": str,
            "product!": "product",
            "profiles?*": str,
            "labels?*": str,
            "log_name?": str,
            "is_truncated?": bool,
        }
    ),
    "product": Kind({"name?": str, "vendor_name?": str}, some="name uid"),
    "finding_info": Kind(
        {
            "uid!": str,
            "title?": str,
            "desc?": str,
            "created_time?": int,
            "analytic?": "analytic",
            "data_sources?*": str,
            "related_events?*": "related_event",
        }
    ),
    "analytic": Kind(
        {"type_id!": {0, 1, 2, 3, 4, 5, 99}, "type?": str, "name?": str, "uid?": str}, some="name uid"
    ),
    "related_event": Kind({"uid!": str, "type?": str}),
    "compliance": Kind({"control?": str, "status_id?": {0, 1, 2, 3, 99}, "status?": str}),
    "cloud": Kind({"provider!": str, "region?": str, "account?": "account"}),
    "account": Kind({"uid?": str, "type?": str, "type_id?": {10}}, some="name uid"),
    "resource_details": Kind({"uid?": str, "type?": str, "region?": str, "owner?": "user"}, some="name uid"),
    "evidences": Kind(
        {"actor?": "actor", "api?": "api", "src_endpoint?": "network_endpoint", "data?": "any"},
        some="actor api src_endpoint data",
    ),
    "actor": Kind({"user?": "user", "session?": "session", "app_name?": str}, some="user session app_name"),
    "user": Kind(
        {"name?": str, "uid?": str, "type?": str, "type_id?": {0, 1, 2, 3, 4, 99}, "account?": "account"},
        some="name uid account",
    ),
    "session": Kind({"uid?": str, "issuer?": str, "credential_uid?": str}),
    "api": Kind({"operation!": str, "service?": "service"}),
    "service": Kind({"name?": str}, some="name uid"),
    "network_endpoint": Kind({"ip?": "ip", "svc_name?": str}, some="ip svc_name"),
}


def wrong_with(event: dict[str, Any]) -> list[str]:
    """Say what OCSF would not take of an event."""
    problems = list(problems_of(CLASSES[event["class_uid"]], event, ""))
    if event["type_uid"] != event["class_uid"] * 100 + event["activity_id"]:
        problems.append("type_uid is not class_uid and activity_id")
    if ("cloud" in event) != ("cloud" in event["metadata"].get("profiles", [])):
        problems.append("the cloud profile is not that of the event")
    return problems


def problems_of(kind: Kind, value: Any, path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path} is {value!r}"
        return
    known = {key.rstrip("!?*"): (key, type_) for key, type_ in kind.attributes.items()}
    yield from (f"{path}.{name} is unknown" for name in value.keys() - known.keys())
    for name, (key, type_) in known.items():
        if name not in value:
            if "!" in key:
                yield f"{path}.{name} is missing"
        elif "*" not in key:
            yield from problems_of_value(type_, value[name], f"{path}.{name}")
        elif not isinstance(value[name], list) or not value[name]:
            yield f"{path}.{name} is {value[name]!r}"
        else:
            for one in value[name]:
                yield from problems_of_value(type_, one, f"{path}.{name}")
    if kind.some and not value.keys() & set(kind.some.split()):
        yield f"{path} has none of {kind.some}"


def problems_of_value(type_: Any, value: Any, path: str) -> Iterator[str]:
    if type_ == "any":
        return
    if type_ == "ip":
        ip_address(value)
    elif isinstance(type_, str):
        yield from problems_of(OBJECTS[type_], value, path)
    elif isinstance(type_, set):
        if type(value) is not int or value not in type_:
            yield f"{path} is {value!r}"
    elif type(value) is not type_:
        yield f"{path} is {value!r}"


def event_of(notice: Notice, **options: Any) -> dict[str, Any]:
    event = to_ocsf(notice, **options)
    assert wrong_with(event) == []
    assert json.loads(to_ocsf_json(notice, **options)) == event
    return event


# What an event says


def test_verdict_about_a_call_is_a_detection_finding() -> None:
    """Who, which call and from where are in its evidence: OCSF has no other place for them in a finding."""
    assert event_of(verdict()) == {
        "category_uid": 2,
        "class_uid": 2004,
        "activity_id": 1,
        "type_uid": 200401,
        "time": MILLISECONDS,
        "severity_id": 4,
        "severity": "High",
        "status_id": 1,
        "status": "New",
        "is_alert": True,
        "message": "the internet gateway igw-0example is attached to vpc-0example",
        "metadata": {
            "version": "1.6.0",
            "product": {"name": "trailguard", "vendor_name": "trailguard"},
            "profiles": ["cloud"],
            "log_name": "log.json.gz > record 1",
            "labels": ["mitre:T1562.007"],
        },
        "finding_info": {
            "uid": "0123456789abcdef0123456789abcdef",
            "title": "Internet gateway attached to a VPC",
            "desc": "the internet gateway igw-0example is attached to vpc-0example",
            "created_time": MILLISECONDS,
            "analytic": {
                "uid": "internet-gateway-attached",
                "name": "Internet gateway attached to a VPC",
                "type_id": 1,
                "type": "Rule",
            },
            "data_sources": ["AWS CloudTrail"],
            "related_events": [{"uid": "event-1", "type": "AWS CloudTrail"}],
        },
        "cloud": {
            "provider": "AWS",
            "region": "eu-west-1",
            "account": {"uid": "111122223333", "type": "AWS Account", "type_id": 10},
        },
        "resources": [
            {
                "uid": "igw-0example",
                "type": "AWS::EC2::InternetGateway",
                "region": "eu-west-1",
                "owner": {"account": {"uid": "111122223333", "type": "AWS Account", "type_id": 10}},
            }
        ],
        "evidences": [
            {
                "data": {"vpc_id": "vpc-0example"},
                "actor": {
                    "user": {
                        "name": "Deployer",
                        "type": "AssumedRole",
                        "type_id": 99,
                        "uid": "arn:aws:sts::444455556666:assumed-role/Deployer/alice",
                        "account": {"uid": "444455556666", "type": "AWS Account", "type_id": 10},
                    },
                    "session": {"uid": "alice", "issuer": "Deployer", "credential_uid": "ASIAEXAMPLE"},
                    "app_name": "cloudformation.amazonaws.com",
                },
                "api": {"operation": "AttachInternetGateway", "service": {"name": "ec2.amazonaws.com"}},
                "src_endpoint": {"ip": "198.51.100.7"},
            }
        ],
    }


def test_verdict_about_a_configuration_is_a_compliance_finding() -> None:
    """It has no actor: nobody is known to have done it."""
    event = event_of(of_configuration())

    assert event["class_uid"] == 2003
    assert event["type_uid"] == 200301
    assert event["compliance"] == {
        "control": "internet-gateway-attached",
        "status_id": 3,
        "status": "Fail",
    }
    assert event["evidences"] == [{"data": {"vpc_id": "vpc-0example"}}]
    assert event["finding_info"]["related_events"] == [{"uid": "event-1", "type": "AWS Config"}]


def test_what_is_not_known_is_left_out() -> None:
    """OCSF has no null; an empty object or list would say that something is there."""
    unknown = dict.fromkeys(["account_id", "region", "event_id", "resource", "resource_type", "source_ip"])

    event = event_of(of_configuration(**unknown, tags=(), evidence={}, origin=""))

    assert event["cloud"] == {"provider": "AWS"}
    assert not event.keys() & {"resources", "evidences"}
    assert "related_events" not in event["finding_info"]
    assert not event["metadata"].keys() & {"labels", "log_name"}


@pytest.mark.parametrize(
    ("severity", "severity_id", "caption"),
    [
        (Severity.INFO, 1, "Informational"),
        (Severity.LOW, 2, "Low"),
        (Severity.MEDIUM, 3, "Medium"),
        (Severity.HIGH, 4, "High"),
        (Severity.CRITICAL, 5, "Critical"),
    ],
)
def test_severity(severity: Severity, severity_id: int, caption: str) -> None:
    event = event_of(verdict(severity=severity))

    assert (event["severity_id"], event["severity"]) == (severity_id, caption)


@pytest.mark.parametrize(
    ("compliance", "of_event", "of_compliance", "severity"),
    [
        (Compliance.NON_COMPLIANT, (1, "New"), (3, "Fail"), "High"),
        (Compliance.COMPLIANT, (4, "Resolved"), (1, "Pass"), "Informational"),
        (Compliance.NOT_APPLICABLE, (99, "Not Applicable"), (99, "Not Applicable"), "Informational"),
    ],
)
def test_compliance(
    compliance: Compliance, of_event: tuple[int, str], of_compliance: tuple[int, str], severity: str
) -> None:
    """What breaks no rule is neither new nor severe, nor anything to be woken for."""
    event = event_of(of_configuration(compliance=compliance))

    assert (event["status_id"], event["status"]) == of_event
    assert (event["compliance"]["status_id"], event["compliance"]["status"]) == of_compliance
    assert event["severity"] == severity
    assert event_of(verdict(compliance=compliance))["is_alert"] is (severity == "High")


def test_suppressed_verdict_is_suppressed() -> None:
    """It fails all the same, and says who answers for it."""
    by = Suppression("the network team", "a test network", date(2026, 12, 31))
    call, item = (event_of(one(suppressed=True, suppression=by)) for one in (verdict, of_configuration))

    assert (call["status_id"], call["status"], call["is_alert"]) == (3, "Suppressed", False)
    assert (item["status_id"], item["compliance"]["status_id"]) == (3, 3)
    assert call["severity"] == "High"
    assert call["status_detail"] == "the network team: a test network, until 2026-12-31"


def test_exception_that_has_expired_is_told() -> None:
    """A near miss: it suppresses nothing."""
    event = event_of(verdict(suppression=Suppression("the network team", "a test network")))

    assert (event["status"], event["is_alert"]) == ("New", True)
    assert event["status_detail"] == "the network team: a test network"
    assert "status_detail" not in event_of(verdict())


@pytest.mark.parametrize(
    ("actor", "type_id"),
    [
        (Actor(type="Root", name="root"), 2),
        (Actor(type="AssumedRole", name="x", assumed_root=True), 2),
        (Actor(type="IAMUser", name="alice"), 1),
        (Actor(type="IdentityCenterUser", name="alice"), 1),
        (Actor(type="AWSService", name="s3.amazonaws.com"), 4),
        (Actor(type="SomethingNew", name="x"), 99),
        (Actor(), 0),
    ],
)
def test_actor(actor: Actor, type_id: int) -> None:
    [evidence] = event_of(verdict(actor=actor))["evidences"]

    assert evidence["actor"] == {"user": {"name": actor.name, "type": actor.type, "type_id": type_id}}


@pytest.mark.parametrize(
    ("source_ip", "service", "endpoint"),
    [
        ("198.51.100.7", "cloudformation.amazonaws.com", {"ip": "198.51.100.7"}),
        ("2001:DB8::1", None, {"ip": "2001:db8::1"}),
        ("cloudformation.amazonaws.com", None, {"svc_name": "cloudformation.amazonaws.com"}),
        (None, "cloudformation.amazonaws.com", {"svc_name": "cloudformation.amazonaws.com"}),
        (None, None, None),
    ],
)
def test_source(source_ip: str | None, service: str | None, endpoint: dict[str, str] | None) -> None:
    [evidence] = event_of(verdict(source_ip=source_ip, actor=Actor(service=service)))["evidences"]

    assert evidence.get("src_endpoint") == endpoint


@pytest.mark.parametrize(
    ("event_time", "now", "milliseconds"),
    [
        (HAPPENED, None, MILLISECONDS),
        (HAPPENED, HAPPENED + timedelta(days=1), MILLISECONDS),
        (HAPPENED.astimezone(timezone(timedelta(hours=2))), None, MILLISECONDS),
        (HAPPENED.replace(tzinfo=None), None, MILLISECONDS),
        (None, HAPPENED, MILLISECONDS),
        (None, None, 0),
    ],
    ids=["its own", "not that of now", "of another zone", "without a zone", "that of now", "none at all"],
)
def test_time(event_time: datetime | None, now: datetime | None, milliseconds: int) -> None:
    """It is the event's, to the millisecond; this function has no clock."""
    event = event_of(verdict(event_time=event_time), now=now)

    assert event["time"] == event["finding_info"]["created_time"] == milliseconds


@pytest.mark.parametrize("failure", FAILURES, ids=lambda one: type(one).__name__)
def test_failure_is_an_application_error(failure: Any) -> None:
    """It is trailguard's own, so nobody takes it for a finding, nor for the lack of one."""
    event = event_of(failure, now=HAPPENED)

    assert (event["class_uid"], event["type_uid"]) == (6008, 600801)
    assert (event["status_id"], event["status"], event["severity"]) == (2, "Failure", "High")
    assert event["message"] == failure.error
    assert event["metadata"]["log_name"] == failure.origin
    assert event["time"] == MILLISECONDS


def test_failure_says_which_rule_and_event() -> None:
    assert event_of(FAILURES[0])["unmapped"] == {
        "kind": "rule-failure",
        "rule_id": "igw-attached",
        "event_id": "event-1",
        "event_name": "AttachInternetGateway",
    }
    assert event_of(FAILURES[1])["unmapped"] == {"kind": "decode-failure"}
    assert event_of(FAILURES[3])["unmapped"]["plugin"] == "acme-rules 1.0 (acme)"
    assert base64.b64decode(event_of(FAILURES[4])["unmapped"]["data"]) == b"\xff\x00"


# What is harmless


HOSTILE = ["", " ", "\n", "\x00\x1b[2J\x7f\x9b", "\ud800", "\u202e\u2028", "\N{PARTY POPPER}", "x" * 100_000]
texts = st.sampled_from(HOSTILE) | st.text(max_size=40)
maybe = st.none() | texts
facts = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
actors = st.builds(
    Actor,
    type=st.sampled_from(["Root", "IAMUser", "AssumedRole", "AWSService"]) | texts,
    name=texts,
    arn=maybe,
    account_id=maybe,
    role_name=maybe,
    session_name=maybe,
    service=maybe,
    access_key_id=maybe,
    assumed_root=st.booleans(),
)
verdicts = st.builds(
    Verdict,
    id=texts,
    rule_id=texts,
    compliance=st.sampled_from(Compliance),
    severity=st.sampled_from(Severity),
    title=texts,
    reason=texts,
    account_id=maybe,
    region=maybe,
    event_id=maybe,
    event_time=st.none() | st.datetimes(timezones=st.just(UTC)),
    event_source=maybe,
    event_name=maybe,
    actor=actors,
    source_ip=maybe | st.ip_addresses().map(str),
    resource=maybe,
    resource_type=maybe,
    origin=texts,
    tags=st.lists(texts, max_size=3).map(tuple),
    evidence=st.dictionaries(texts, facts, max_size=4),
    suppressed=st.booleans(),
    suppression=st.none() | st.builds(Suppression, texts, texts, st.none() | st.dates()),
)
failures = st.one_of(
    st.builds(RuleFailure, texts, maybe, texts, texts, texts),
    st.builds(DecodeFailure, texts, texts, st.binary(max_size=5)),
    st.builds(ReadFailure, texts, texts),
    st.builds(PluginFailure, texts, texts),
    st.builds(DeadLetter, texts, texts, st.binary(max_size=100_000)),
)


@given(notice=verdicts | failures, max_bytes=st.none() | st.integers(0, 200_000))
def test_every_notice_becomes_a_valid_event(notice: Notice, max_bytes: int | None) -> None:
    """Whatever texts an attacker has put into it, whole or shortened, on one line that is safe to show."""
    line = to_ocsf_json(notice, max_bytes)

    assert line.isprintable()
    assert line.encode()
    assert wrong_with(to_ocsf(notice)) == []
    assert wrong_with(json.loads(line)) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"severity_id": 7}, ".severity_id is 7"),
        ({"severity_id": True}, ".severity_id is True"),
        ({"time": "2026-03-01"}, ".time is '2026-03-01'"),
        ({"time": 1.5}, ".time is 1.5"),
        ({"actor": {}}, ".actor is unknown"),
        ({"activity_id": 2}, "type_uid is not class_uid and activity_id"),
        ({"resources": []}, ".resources is []"),
        ({"resources": [{"type": "x"}]}, ".resources has none of name uid"),
        ({"finding_info": {}}, ".finding_info.uid is missing"),
        (
            {"metadata": {"version": "1", "product": {"name": "x"}}},
            "the cloud profile is not that of the event",
        ),
    ],
)
def test_wrong_event_is_seen(change: dict[str, Any], problem: str) -> None:
    """A near miss of the table itself."""
    assert wrong_with({**to_ocsf(verdict()), **change}) == [problem]


def test_evidence_that_is_no_json_is_written_as_text() -> None:
    event = json.loads(to_ocsf_json(verdict(evidence={"at": HAPPENED, "bad": "\ud800", "path": {1: {"a"}}})))

    assert event["evidences"][0]["data"] == {
        "at": "2026-03-01T11:59:58.123456Z",
        "bad": r"\ud800",
        "path": {"1": ["a"]},
    }


# What is too long


@pytest.mark.parametrize(
    "large",
    [
        {"evidence": {"rules": ["0.0.0.0/0"] * 30_000}},
        {"reason": "open to 0.0.0.0/0, " * 16_000},
        {"actor": Actor(name="alice", session_name="x" * 300_000)},
        {"title": "\N{SNOWMAN}" * 110_000, "reason": "y" * 300_000, "evidence": {"z": "z" * 300_000}},
    ],
    ids=["evidence", "reason", "session name", "everything"],
)
def test_event_that_is_too_large_is_shortened(large: dict[str, Any]) -> None:
    """It says so, and still says who, what, where and why."""
    notice = verdict(**large)
    whole, line = to_ocsf(notice), to_ocsf_json(notice, 256_000)
    event = json.loads(line)

    assert len(line.encode()) <= 256_000
    assert wrong_with(event) == []
    assert event["metadata"].pop("is_truncated") is True
    assert event.keys() == whole.keys()
    assert event["evidences"][0].keys() == whole["evidences"][0].keys()
    assert event["evidences"][0]["data"] == {}
    assert whole["message"].startswith(event["message"])
    for key in ("metadata", "resources", "cloud", "time"):
        assert event[key] == whole[key]


def test_event_that_just_fits_is_whole() -> None:
    """A near miss: one byte less, and it does not."""
    line = to_ocsf_json(verdict())

    assert to_ocsf_json(verdict(), len(line)) == line
    assert json.loads(to_ocsf_json(verdict(), len(line) - 1))["metadata"]["is_truncated"] is True


def test_dead_letter_keeps_as_many_bytes_as_there_is_room_for() -> None:
    letter = DeadLetter("sqs 1", "not JSON", bytes(range(256)) * 1_000)

    line = to_ocsf_json(letter, 100_000)
    kept = base64.b64decode(json.loads(line)["unmapped"]["data"])

    assert 99_000 < len(line) <= 100_000
    assert letter.data.startswith(kept)
    assert len(kept) > 70_000
