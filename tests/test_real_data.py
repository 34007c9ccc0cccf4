"""What trailguard makes of a real account's day, which is not part of this project: it may be absent."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from trailguard import CloudTrailEvent, ConfigurationItem, Engine, Severity, Verdict, rule
from trailguard.decode import decode
from trailguard.record import DecodeFailure, Origin
from trailguard.report import Counts
from trailguard.rules import BUILTIN_RULES

SHARED = Path(__file__).parents[2] / "shared"
LOGS = SHARED / "data" / "cloudtrail"
ITEMS = SHARED / "data" / "config_items.jsonl"
BLOCKED = SHARED / "blocked-ec2-actions.txt"

pytestmark = pytest.mark.skipif(
    not LOGS.is_dir(), reason="real CloudTrail is not here: ../shared/data/cloudtrail"
)


@rule(on="*::*::*", severity=Severity.INFO, title="Every item")
def every_item(item: ConfigurationItem) -> None:
    """Look at the item in every way there is."""
    item.search("configuration")
    assert item.item_id
    assert item.resource


@pytest.fixture(name="records", scope="module")
def _records() -> list[dict[str, Any]]:
    """Every record, read with nothing but the standard library."""
    return [
        record
        for path in sorted(LOGS.glob("*.json.gz"))
        for record in json.loads(gzip.decompress(path.read_bytes()))["Records"]
    ]


@pytest.fixture(name="judged", scope="module")
def _judged() -> tuple[list[Any], Counts]:
    """What the built-in rules say of all files."""
    engine, counts = Engine(BUILTIN_RULES), Counts()
    notices = [
        notice
        for path in sorted(LOGS.glob("*.json.gz"))
        for notice in engine.judge_all(decode(path.read_bytes(), Origin.at(path.name)), counts)
    ]
    return notices, counts


def test_every_record_is_seen_and_none_fails(judged: tuple[list[Any], Counts]) -> None:
    notices, counts = judged

    assert counts.seen == 2_900
    assert (counts.failed, counts.rule_failures, counts.ignored) == (0, 0, 0)
    assert counts.complete
    assert all(isinstance(notice, Verdict) for notice in notices)


def test_most_records_are_never_looked_into(judged: tuple[list[Any], Counts]) -> None:
    """Six in seven at least, of a recording of attacks, or routing before parsing gains nothing."""
    _, counts = judged

    assert 0 < counts.judged < counts.seen / 7


@pytest.mark.skipif(not BLOCKED.is_file(), reason="the list is not here: ../shared/blocked-ec2-actions.txt")
def test_blocked_actions_are_those_that_plain_python_counts(
    judged: tuple[list[Any], Counts], records: list[dict[str, Any]]
) -> None:
    """One verdict for each call that went through and whose action is on the list."""
    blocked = {line.strip() for line in BLOCKED.read_text("utf-8").splitlines() if line[:1] not in ("#", "")}
    expected = sorted(
        record["eventID"]
        for record in records
        if record["eventSource"] == "ec2.amazonaws.com"
        and f"ec2:{record['eventName']}" in blocked
        and not record.get("errorCode")
    )

    verdicts = [notice for notice in judged[0] if notice.rule_id == "ec2-blocked-action"]

    assert len(blocked) == 136
    assert expected
    assert sorted(verdict.event_id for verdict in verdicts) == expected


def test_ids_of_verdicts_are_all_different(judged: tuple[list[Any], Counts]) -> None:
    notices, _ = judged

    assert len({notice.id for notice in notices}) == len(notices)


def test_every_record_is_an_event(records: list[dict[str, Any]]) -> None:
    """Whether a rule listens to it or not; and everybody who did something can be named."""
    events = [CloudTrailEvent.model_validate(record) for record in records]

    assert len(events) == 2_900
    assert {event.actor.name for event in events} & {"", "unknown"} == set()
    assert all(event.raw is record for event, record in zip(events, records, strict=True))
    assert all(event.account_id and event.event_time and event.event_id for event in events)


def test_no_rule_raises_on_any_record(records: list[dict[str, Any]]) -> None:
    """Not even on those it does not listen to."""
    events = [CloudTrailEvent.model_validate(record) for record in records]

    for one in BUILTIN_RULES:
        for event in events if one.model is CloudTrailEvent else ():
            assert isinstance(list(one.violations(event, None)), list)


@pytest.fixture(name="items", scope="module")
def _items() -> list[dict[str, Any]]:
    """Configuration items of public projects; one of them wrote times down as objects."""

    def read(value: dict[str, Any]) -> Any:
        if value.pop("__class__", None) != "datetime":
            return value
        return datetime(**value, tzinfo=UTC).isoformat()

    lines = ITEMS.read_text("utf-8").splitlines()
    return [json.loads(line, object_hook=read)["item"] for line in lines]


def test_every_item_is_judged_once(items: list[dict[str, Any]]) -> None:
    """Five are there twice; four are deleted or say no type; one has Python's words for a time."""
    counts = Counts()

    notices = list(
        Engine([*BUILTIN_RULES, every_item]).judge_all(decode({"configurationItems": items}), counts)
    )

    assert (counts.seen, counts.judged, counts.repeated, counts.unrouted) == (117, 107, 5, 4)
    assert counts.rule_failures == 0
    (failure,) = (notice for notice in notices if isinstance(notice, DecodeFailure))
    assert failure.error.startswith("configurationItemCaptureTime: ")


def test_open_items_are_found_among_them(items: list[dict[str, Any]]) -> None:
    """As plain Python finds them."""
    open_to_all = {
        (item["resourceId"], datetime.fromisoformat(item["configurationItemCaptureTime"]))
        for item in items
        if item["resourceType"] == "AWS::EC2::SecurityGroup" and "0.0.0.0/0" in json.dumps(ingress(item))
    }

    notices = list(Engine(BUILTIN_RULES).judge_all(decode({"configurationItems": items}), Counts()))

    found = {
        (notice.resource, notice.event_time)
        for notice in notices
        if isinstance(notice, Verdict) and notice.rule_id == "security-group-lets-internet-in"
    }
    assert len(found) == 4
    assert found == open_to_all


def ingress(item: dict[str, Any]) -> Any:
    configuration = item["configuration"]
    if isinstance(configuration, str):
        configuration = json.loads(configuration)
    return (configuration or {}).get("ipPermissions")
