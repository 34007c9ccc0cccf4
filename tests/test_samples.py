from __future__ import annotations

import gzip
import importlib
import json
import re
from collections import defaultdict
from datetime import datetime, timedelta
from ipaddress import IPv4Interface, IPv6Interface, ip_interface, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from trailguard import CloudTrailEvent, ConfigurationItem, Engine
from trailguard.decode import decode
from trailguard.report import Counts
from trailguard.rules import BUILTIN_RULES
from trailguard.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = Path(__file__).parents[1] / "examples"
LOGS = EXAMPLES / "logs"
CONFIG = EXAMPLES / "config"

DOCUMENTATION_ACCOUNTS = {"111122223333", "444455556666", "123456789012"}
DOCUMENTATION_NETWORKS = [
    ip_network(network) for network in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "10.0.0.0/8")
]
ANYWHERE = {"0.0.0.0/0", "::/0"}
MINUTE = timedelta(minutes=1)
RESOURCE_ID = re.compile(r"(?:eipalloc|eni|i|igw|nat|pcx|rtb|sg|subnet|vol|vpc|vpce)-\w+")

FOUND = {
    "bucket-is-public": ["shop-assets"],
    "database-is-publicly-accessible": ["orders-reporting"],
    "instance-allows-imdsv1": ["shop-app"],
    "instance-has-public-address": ["shop-bastion"],
    "internet-gateway-in-use": ["ledger", "shop"],
    "nat-gateway-in-internal-network": ["ledger-patching"],
    "network-interface-has-public-address": [
        "ELB app/shop/5e8a2c4f9b1d7360",
        "ELB app/shop/5e8a2c4f9b1d7360",
        "RDSNetworkInterface",
        "eni-0a4c8e2f6b1d97350",  # the bastion's
    ],
    "role-open-to-anyone": ["monitoring-vendor"],
    "route-table-leads-to-internet": ["ledger-patching", "shop-public"],
    "security-group-lets-internet-in": [
        "migration-2024",
        "shop-load-balancer",  # HTTP
        "shop-load-balancer",  # HTTPS
    ],
    "subnet-hands-out-public-addresses": ["shop-public-a"],
    "vpc-endpoint-allows-everything": ["shop-s3"],
    "vpc-reaches-internet": ["ledger"],
}
"""Which rules report which resources of the snapshot, by name where they have one."""

CHANGED = {
    ("AuthorizeSecurityGroupIngress", "sg-01b5d9f3a7c2e4860"): "sg-01b5d9f3a7c2e4860",
    ("CreateRoute", "rtb-08d2f4b6a1c3e5970"): "rtb-08d2f4b6a1c3e5970",
    ("CreateRole", "partner-audit"): "arn:aws:iam::111122223333:role/partner-audit",
    ("PutMetricAlarm", "orders-api-errors"): "orders-api-errors",
    ("UpdateFunctionCode20150331v2", "invoice-mailer"): "invoice-mailer",
    ("UpdateFunctionCode20150331v2", "orders-api"): "orders-api",
}
"""Which calls of the day changed what the snapshot has."""

GONE = (
    "VPC",
    "SUBNET",
    "GATEWAY",
    "ROUTES",
    "ASSOCIATION",
    "ACL",
    "GROUP",
    "SSH_RULE",
    "ALL_RULE",
    "INSTANCE",
    "INTERFACE",
    "ADDRESS",
    "ALLOCATION",
    "ADDRESS_ASSOCIATION",
    "ROLE",
)
"""What the incident calls the ids of what it made, all of which was taken down again."""


@pytest.fixture(scope="module")
def records() -> list[dict[str, Any]]:
    return [record for content in contents(LOGS).values() for record in json.loads(content)["Records"]]


@pytest.fixture(scope="module")
def snapshot() -> dict[str, Any]:
    """The one snapshot that there is."""
    (content,) = contents(CONFIG).values()
    parsed: dict[str, Any] = json.loads(content)
    return parsed


@pytest.fixture(scope="module")
def items(snapshot: dict[str, Any]) -> dict[str, ConfigurationItem]:
    """The resources of the snapshot, by the ids that people know them by."""
    every = [ConfigurationItem.model_validate(item) for item in snapshot["configurationItems"]]
    return {item.resource: item for item in every}


def contents(folder: Path) -> dict[str, bytes]:
    """Read what the log files of a folder hold: compressed bytes differ between versions of zlib."""
    return {
        path.relative_to(folder).as_posix(): gzip.decompress(path.read_bytes())
        for path in sorted(folder.rglob("*.json.gz"))
    }


def test_committed_logs_are_those_that_the_story_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who edits the story runs ``make samples`` too."""
    monkeypatch.syspath_prepend(EXAMPLES)
    importlib.import_module("make_logs").write_logs(tmp_path)

    assert contents(LOGS) == contents(tmp_path)


def test_committed_snapshot_is_the_one_that_the_story_makes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who edits the account runs ``make samples`` too."""
    monkeypatch.syspath_prepend(EXAMPLES)
    importlib.import_module("make_logs").write_snapshot(tmp_path)

    assert contents(CONFIG) == contents(tmp_path)


def test_incident_is_told_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """The timeline reads from top to bottom."""
    monkeypatch.syspath_prepend(EXAMPLES)
    story = importlib.import_module("sample_day.incident")

    for calls in (story.INTRUSION, story.CLEAN_UP):
        assert calls == sorted(calls, key=lambda call: call.at)


def test_files_lie_where_cloudtrail_puts_them() -> None:
    """Folders and names are CloudTrail's, and each file holds its own region's events only."""
    pattern = re.compile(
        r"AWSLogs/(\d{12})/CloudTrail/([a-z0-9-]+)/2026/03/02/\1_CloudTrail_\2_20260302T\d{4}Z_\w{16}\.json\.gz"
    )
    files = contents(LOGS)
    names = {name: pattern.fullmatch(name) for name in files}

    assert 12 <= len(files) <= 20
    assert [name for name, match in names.items() if match is None] == []
    assert {
        name: {record["awsRegion"] for record in json.loads(files[name])["Records"]} for name in files
    } == {name: {match[2]} for name, match in names.items() if match}


def test_a_clone_stays_small(records: list[dict[str, Any]]) -> None:
    """The sample day is a demonstration, not a benchmark."""
    assert 600 <= len(records) <= 1200
    assert sum(path.stat().st_size for path in LOGS.rglob("*.gz")) < 250_000


def test_records_are_valid_and_told_apart(records: list[dict[str, Any]]) -> None:
    """Every record is a CloudTrail event, of that day, with an id of its own."""
    events = [CloudTrailEvent.model_validate(record) for record in records]

    assert len({event.event_id for event in events}) == len(events)
    assert {str(event.event_time)[:10] for event in events} == {"2026-03-02"}


def test_snapshot_lies_where_aws_config_puts_it(snapshot: dict[str, Any]) -> None:
    """Days and months are not padded in folders, and are in the name."""
    (name,) = contents(CONFIG)
    found = re.fullmatch(
        r"AWSLogs/(\d{12})/Config/([a-z0-9-]+)/2026/3/2/ConfigSnapshot/"
        r"\1_Config_\2_ConfigSnapshot_20260302T\d{6}Z_([\w-]{36})\.json\.gz",
        name,
    )

    assert found
    assert found[3] == snapshot["configSnapshotId"]
    assert {item["awsRegion"] for item in snapshot["configurationItems"]} == {found[2], "global"}
    assert {item["awsAccountId"] for item in snapshot["configurationItems"]} == {found[1]}


def test_a_clone_stays_small_with_the_snapshot(snapshot: dict[str, Any]) -> None:
    assert 60 <= len(snapshot["configurationItems"]) <= 90
    assert sum(path.stat().st_size for path in CONFIG.rglob("*.gz")) < 30_000


def test_items_are_told_apart(snapshot: dict[str, Any], items: dict[str, ConfigurationItem]) -> None:
    """Every item is a resource of its own, captured at a time of its own, before the snapshot."""
    captured = {item["configurationItemCaptureTime"] for item in snapshot["configurationItems"]}

    assert len(items) == len(captured) == len(snapshot["configurationItems"])
    assert max(captured) < "2026-03-02T23:50"
    assert {item.status for item in items.values()} == {"OK"}


def test_items_relate_to_items(items: dict[str, ConfigurationItem]) -> None:
    """What an item names of the types that the snapshot has is in it."""
    ids = {item.resource_id for item in items.values()}
    named = {text for item in items.values() for text in texts(item.raw) if RESOURCE_ID.fullmatch(text)}

    assert {"vpc", "sg", "eni"} <= {name.partition("-")[0] for name in named}
    assert named <= ids


def test_nothing_of_the_intruder_is_left(
    items: dict[str, ConfigurationItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The incident was cleaned up: its key's user is all that is left."""
    monkeypatch.syspath_prepend(EXAMPLES)
    story = importlib.import_module("sample_day.incident")
    shown = {text for item in items.values() for text in texts(item.raw)}

    assert {name for name in GONE if any(getattr(story, name) in text for text in shown)} == set()
    assert story.BUILD_BOT["arn"] in items


def test_changes_of_the_day_were_recorded(
    records: list[dict[str, Any]], items: dict[str, ConfigurationItem]
) -> None:
    """AWS Config has noticed each within ten minutes of the last call that the logs have of it."""
    done = {
        (record["eventName"], name): record["eventTime"]
        for record in sorted(records, key=lambda record: str(record["eventTime"]))
        for name in map(str, (record["requestParameters"] or {}).values())
        if "errorCode" not in record
    }
    minutes = {
        resource: (moment(items[resource].raw["configurationItemCaptureTime"]) - moment(done[call])) / MINUTE
        for call, resource in CHANGED.items()
    }

    assert {resource for resource, later in minutes.items() if not 0 < later < 10} == set()


def test_changes_of_the_day_are_in_the_snapshot(
    items: dict[str, ConfigurationItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the logs say was done is what AWS Config shows."""
    monkeypatch.syspath_prepend(EXAMPLES)
    day = importlib.import_module("sample_day.background")
    group, table = items["sg-01b5d9f3a7c2e4860"], items["rtb-08d2f4b6a1c3e5970"]
    addresses = {name: items[name].search("configuration.privateIpAddress") for name in day.INSTANCES}

    assert "10.0.0.0/8" in group.search("configuration.ipPermissions[].ipRanges[]")
    assert table.search("configuration.routes[].natGatewayId") == ["nat-0b3d5f7a9c1e24680"]
    assert addresses == day.INSTANCES
    assert "i-0c2d6f8b4a1e39750" not in items, "the auto-scaling group ended it in the evening"
    assert {day.DATABASE_SECRET, day.KEY.rpartition("/")[2]} <= set(items)


def test_rules_find_what_has_been_open_for_long(
    snapshot: dict[str, Any], items: dict[str, ConfigurationItem]
) -> None:
    """These are reported, and nothing else of some ninety resources."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for verdict in Engine(BUILTIN_RULES).judge_all(decode(snapshot), Counts()):
        assert isinstance(verdict, Verdict)
        found[verdict.rule_id].append(called(items[str(verdict.resource)]))

    assert {rule: sorted(names) for rule, names in found.items()} == FOUND


def called(item: ConfigurationItem) -> str:
    described = item.configuration.get("description")
    return item.tag("Name") or item.resource_name or described or item.resource_id


def test_accounts_are_documentation_accounts(records: list[dict[str, Any]], snapshot: dict[str, Any]) -> None:
    """No account is a real one."""
    # Twelve digits after a hyphen may be the end of a UUID.
    accounts = re.findall(r"(?<![\w-])\d{12}(?!\w)", json.dumps([records, snapshot]))

    assert set(accounts) <= DOCUMENTATION_ACCOUNTS


def test_addresses_are_documentation_addresses(
    records: list[dict[str, Any]], snapshot: dict[str, Any]
) -> None:
    """No address is a real one."""
    found = {
        text: address for text in texts([records, snapshot]) if (address := address_of(text)) is not None
    }
    elsewhere = {
        text
        for text, address in found.items()
        if not any(address in network for network in DOCUMENTATION_NETWORKS)
    }

    assert {"203.0.113.66", "203.0.113.201"} <= set(found)
    assert elsewhere == ANYWHERE


def texts(value: Any) -> Iterator[str]:
    """Walk through all texts in a JSON value."""
    match value:
        case str():
            yield value
        case dict():
            for inner in value.values():
                yield from texts(inner)
        case list():
            for inner in value:
                yield from texts(inner)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def address_of(text: str) -> IPv4Interface | IPv6Interface | None:
    try:
        return ip_interface(text)
    except ValueError:
        return None
