"""The engine on what AWS Config sends; what it does with CloudTrail's records is in test_engine.py."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest

from trailguard import (
    CloudTrailEvent,
    ConfigurationItem,
    Engine,
    Match,
    ScheduledRun,
    Severity,
    Verdict,
    Violation,
    rule,
)
from trailguard.decode import decode
from trailguard.models import Actor
from trailguard.record import DecodeFailure, OversizedItem, Record
from trailguard.report import REPEAT, Counts
from trailguard.settings import Limits, Settings
from trailguard.testing import cloudtrail_event, config_snapshot, configuration_item, scheduled_run
from trailguard.verdict import RuleFailure

VPC = "AWS::EC2::VPC"
KEY = "AWS::KMS::Key"
ITEM = configuration_item(VPC, {"cidrBlock": "10.0.0.0/16"})


@rule(on=VPC, severity=Severity.LOW, title="A VPC", tags=["demo"])
def any_vpc(item: ConfigurationItem) -> Violation:
    return Violation("there is one", evidence={"raw": item.raw})


@rule(on=Match(VPC, deleted=True), severity=Severity.LOW, title="A VPC, or where one was")
def vpc_or_none(item: ConfigurationItem) -> str:
    return f"it is {'gone' if item.is_deleted else 'there'}"


@rule(on="schedule", severity=Severity.LOW, title="The time has come")
def at_last(run: ScheduledRun) -> str:
    return f"for {run.account_id}"


@rule(on="*:*", outcome="any", severity=Severity.LOW, title="Any call")
def any_call(event: CloudTrailEvent) -> str:
    return event.action


ENGINE = Engine([any_vpc, at_last, any_call])


def record(value: Any, kind: Any = "configuration item", **more: Any) -> Record:
    raw = value if isinstance(value, bytes) else json.dumps(getattr(value, "raw", value)).encode()
    return Record(raw, kind=kind, **more)


def judged(payload: Any, *rules: Any) -> tuple[list[Any], Counts]:
    counts = Counts()
    return list(Engine(rules or [any_vpc]).judge_all(decode(payload), counts)), counts


def fate(value: Any, *rules: Any) -> str:
    return Engine(rules or [any_vpc]).judge(record(value)).fate


def verdict_of(value: Any, one: Any = any_vpc) -> Verdict:
    (verdict,) = Engine([one]).judge(record(value)).verdicts
    return verdict


def test_verdict_says_which_resource_where_and_when() -> None:
    verdict = verdict_of(ITEM)

    assert (verdict.resource, verdict.resource_type) == (ITEM.resource_id, VPC)
    assert (verdict.account_id, verdict.region) == ("111122223333", "us-east-1")
    assert (verdict.event_id, verdict.event_time) == (ITEM.item_id, ITEM.capture_time)
    assert (verdict.event_source, verdict.event_name, verdict.actor) == (None, None, Actor())


def test_rule_may_say_otherwise_what_is_affected() -> None:
    @rule(on=VPC, severity=Severity.LOW, title="Its gateway")
    def about_its_gateway(item: ConfigurationItem) -> Violation:  # noqa: ARG001  # it is about another one
        return Violation("open", resource="igw-1", resource_type="AWS::EC2::InternetGateway")

    verdict = verdict_of(ITEM, about_its_gateway)

    assert (verdict.resource, verdict.resource_type) == ("igw-1", "AWS::EC2::InternetGateway")


def test_ids_are_the_same_in_whichever_spelling_and_delivery() -> None:
    deliveries = [
        ITEM.raw,
        ITEM.as_config_rule(),
        ITEM.as_sns().as_sqs(),
        ITEM.as_history(),
        config_snapshot([ITEM]),
    ]

    ids = {notice.id for delivery in deliveries for notice in judged(delivery)[0]}

    assert len(ids) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"time": ITEM.capture_time.replace(minute=1) if ITEM.capture_time else None},
        {"account_id": "444455556666"},
        {"region": "eu-west-1"},
        {"resource_id": "vpc-2"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_ids_of_other_states_and_resources_are_others(other: dict[str, Any]) -> None:
    changed = configuration_item(VPC, {"cidrBlock": "10.0.0.0/16"}, **other)

    assert verdict_of(changed).id != verdict_of(ITEM).id


def test_account_of_the_envelope_is_used_where_the_item_names_none() -> None:
    raw = {key: value for key, value in ITEM.raw.items() if key != "awsAccountId"}

    (verdict,) = ENGINE.judge(record(raw, account_id="444455556666")).verdicts

    assert verdict.account_id == "444455556666"
    assert verdict.event_id
    assert verdict.event_id.startswith("444455556666/")


# What rules listen to


@pytest.mark.parametrize(
    ("on", "asked"),
    [
        (VPC, True),
        ("AWS::EC2::*", True),
        ("*::*::VPC", True),
        ("AWS::EC2::VP?", True),
        ("AWS::EC2::VPCEndpoint", False),
        ("AWS::EC2::Subnet", False),
        ("aws::ec2::vpc", False),
    ],
)
def test_rule_is_asked_about_the_types_that_it_names(on: str, *, asked: bool) -> None:
    @rule(on=on, severity=Severity.LOW, title="Named")
    def named(item: ConfigurationItem) -> str:
        return item.resource_id

    assert fate(ITEM, named) == ("judged" if asked else "unrouted")


def test_rule_about_calls_is_not_asked_about_items() -> None:
    """Not even one that listens to everything: colons are colons."""
    assert fate(ITEM, any_call) == "unrouted"


def test_each_kind_of_record_goes_to_its_own_rules() -> None:
    call = cloudtrail_event("ec2:CreateVpc")

    assert [v.rule_id for v in ENGINE.judge(record(ITEM)).verdicts] == ["any-vpc"]
    assert [v.rule_id for v in ENGINE.judge(record(call, "event")).verdicts] == ["any-call"]
    assert [v.rule_id for v in ENGINE.judge(record(scheduled_run().message, "scheduled run")).verdicts] == [
        "at-last"
    ]


@pytest.mark.parametrize(
    ("status", "plain", "opted_in"),
    [
        ("OK", "judged", "judged"),
        ("ResourceDiscovered", "judged", "judged"),
        (None, "judged", "judged"),
        ("SomethingNew", "judged", "judged"),
        ([], "failed", "failed"),
        ("ResourceDeleted", "unrouted", "judged"),
        ("ResourceDeletedNotRecorded", "unrouted", "unrouted"),
        ("ResourceNotRecorded", "unrouted", "unrouted"),
    ],
)
def test_deleted_resource_comes_only_to_a_rule_that_asks_for_it(
    status: Any, plain: str, opted_in: str
) -> None:
    """What AWS Config does not record comes to none."""
    raw = ITEM.raw | {"configurationItemStatus": status}

    assert (fate(raw, any_vpc), fate(raw, vpc_or_none)) == (plain, opted_in)


def test_scheduled_run_is_about_its_account() -> None:
    (verdict,) = ENGINE.judge(record(scheduled_run().message, "scheduled run")).verdicts

    assert (verdict.resource, verdict.account_id, verdict.reason) == ("111122223333",) * 2 + (
        "for 111122223333",
    )
    assert verdict.resource_type is None


def test_clients_come_to_scheduled_rules() -> None:
    @rule(on="schedule", severity=Severity.LOW, title="Asks")
    def asks(run: ScheduledRun) -> str:
        return str(run.client("iam"))

    engine = Engine([asks], clients=lambda service: f"the client of {service}")

    (verdict,) = engine.judge(record(scheduled_run().message, "scheduled run")).verdicts
    assert verdict.reason == "the client of iam"


def test_summary_tells_whether_the_item_will_be_listened_to() -> None:
    """So that nobody fetches what nobody wants."""

    def listened(item: Any) -> bool:
        (oversized,) = decode(item.as_oversized().as_sns())
        assert isinstance(oversized, OversizedItem)
        return ENGINE.listens_to(oversized.summary)

    assert listened(ITEM)
    assert not listened(configuration_item(KEY))
    assert not listened(configuration_item(VPC, status="ResourceDeleted"))


@pytest.mark.parametrize(
    "raw", [b"{", b"7", b"{}", b'{"resourceType": 7}', b'{"resourceType": "AWS::EC2::VPC", "a": ']
)
def test_what_cannot_be_told_is_listened_to(raw: bytes) -> None:
    """To judge it says what is wrong."""
    assert ENGINE.listens_to(record(raw))


# Snapshots


def test_snapshot_is_judged_as_its_items_are() -> None:
    items = [
        ITEM,
        configuration_item(KEY),
        configuration_item(VPC, status="ResourceDeleted", resource_id="vpc-2"),
    ]

    for _ in range(2):  # the second time, the engine knows who listens to what
        found, counts = judged(config_snapshot(items))
        assert [(one.resource, one.origin) for one in found] == [(ITEM.resource_id, "item 1")]
        assert (counts.judged, counts.unrouted, counts.seen) == (1, 2, 3)


def test_item_that_is_none_stops_no_other_one() -> None:
    found, counts = judged({"configurationItems": [7, ITEM.raw, {"resourceType": VPC}, {}, None]})

    assert [one.resource for one in found if isinstance(one, Verdict)] == [ITEM.resource_id]
    assert (counts.judged, counts.failed, counts.seen) == (1, 4, 5)
    assert [(one.origin, one.error) for one in found if isinstance(one, DecodeFailure)][1:3] == [
        ("item 3", "resourceId: Field required"),
        ("item 4", "not a configuration item: it has no resourceType"),
    ]


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda text: text[:-40], "the JSON breaks off"),
        (lambda text: text.replace(b'"last"', b"NaN"), "item 2"),
    ],
    ids=["cut", "NaN"],
)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_damaged_snapshot_gives_what_it_held(damage: Any, told: str, pack: Any) -> None:
    """As a damaged log file does: one bad item never stops its neighbours."""
    last = configuration_item(VPC, {"odd": "last"}, resource_id="vpc-last")
    text = json.dumps({"fileVersion": "1.0", "configurationItems": [ITEM.raw, last.raw]}).encode()

    found, counts = judged(pack(damage(text)))

    assert ITEM.resource_id in [one.resource for one in found if isinstance(one, Verdict)]
    assert counts.failed == 1
    (failure,) = (one for one in found if isinstance(one, DecodeFailure))
    assert told in f"{failure.origin}: {failure.error}"


def test_comma_too_many_costs_nothing() -> None:
    text = json.dumps({"configurationItems": [ITEM.raw]}).encode()

    found, counts = judged(text[:-2] + b",]}")

    assert (len(found), counts.judged, counts.failed) == (1, 1, 0)


def test_item_that_comes_twice_is_judged_once() -> None:
    """A snapshot and a history file may both have it."""
    later = configuration_item(VPC, time=ITEM.capture_time.replace(minute=5) if ITEM.capture_time else None)

    found, counts = judged({"configurationItems": [ITEM.raw, ITEM.raw, later.raw]})

    assert len(found) == 2
    assert counts.ignored_because == {REPEAT: 1}


@pytest.mark.parametrize(
    ("change", "judgements"),
    [({"configurationStateId": 7}, 2), ({"awsAccountId": None}, 3), ({"awsRegion": None}, 3)],
)
def test_near_miss_of_a_repeat_is_judged(change: dict[str, Any], judgements: int) -> None:
    """Another state of the same moment; and each of what may be of another account or region."""
    other = ITEM.raw | change

    assert judged({"configurationItems": [ITEM.raw, other, other]})[1].judged == judgements


def test_two_spellings_of_a_time_are_one_state() -> None:
    other = ITEM.raw | {"configurationItemCaptureTime": "2026-03-02T09:00:00Z"}

    assert judged({"configurationItems": [ITEM.raw, other]})[1].judged == 1


def test_accounts_of_envelopes_tell_items_apart() -> None:
    raw = {key: value for key, value in ITEM.raw.items() if key != "awsAccountId"}
    counts = Counts()

    records = [
        record(raw, account_id=account_id) for account_id in ("111122223333", "444455556666", "111122223333")
    ]
    list(ENGINE.judge_all(records, counts))

    assert (counts.judged, counts.repeated) == (2, 1)


def test_item_without_a_time_is_never_a_repeat() -> None:
    raw = ITEM.raw | {"configurationItemCaptureTime": None}

    assert judged({"configurationItems": [raw, raw]})[1].judged == 2


# What is wrong with an item


def test_rule_that_raises_names_the_resource() -> None:
    @rule(on=VPC, severity=Severity.LOW, title="Fails")
    def fails(item: ConfigurationItem) -> str:
        return str(item.configuration["nothing"])

    (failure,) = Engine([fails]).judge(record(ITEM)).failures

    assert isinstance(failure, RuleFailure)
    assert (failure.rule_id, failure.event_id, failure.event_name) == ("fails", ITEM.item_id, VPC)
    assert "KeyError: 'nothing'" in failure.error


def test_lone_surrogate_in_an_item_is_mended() -> None:
    raw = json.dumps(ITEM.raw).replace("10.0.0.0", "\\ud800").encode()

    (verdict,) = ENGINE.judge(record(raw)).verdicts

    assert verdict.evidence["raw"]["configuration"] == {"cidrBlock": "?/16"}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"configuration": "{"}, "configuration: "),
        ({"configuration": []}, "configuration: "),
        ({"resourceId": ""}, "resourceId: "),
        ({"configurationItemCaptureTime": "now"}, "configurationItemCaptureTime: "),
    ],
)
def test_field_that_cannot_be_read_is_named_without_its_value(changes: dict[str, Any], told: str) -> None:
    """To read it as empty would be to call the resource compliant."""
    (failure,) = ENGINE.judge(record(ITEM.raw | changes)).failures

    assert isinstance(failure, DecodeFailure)
    assert failure.error.startswith(told)


def test_run_that_is_none_is_a_failure() -> None:
    (failure,) = ENGINE.judge(record({"notificationCreationTime": "x"}, "scheduled run")).failures

    assert failure.error == "not a message of AWS Config: it has no messageType"


def test_large_item_is_a_failure_only_if_somebody_listens() -> None:
    engine = Engine([any_vpc], Settings(limits=Limits(max_record_bytes=500)))

    assert engine.judge(record(ITEM)).fate == "failed"
    assert engine.judge(record(configuration_item(KEY))).fate == "unrouted"
