from __future__ import annotations

import gzip
import importlib
import json
import re
from ipaddress import IPv4Interface, IPv6Interface, ip_interface, ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from trailguard import CloudTrailEvent

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = Path(__file__).parents[1] / "examples"
LOGS = EXAMPLES / "logs"

DOCUMENTATION_ACCOUNTS = {"111122223333", "444455556666", "123456789012"}
DOCUMENTATION_NETWORKS = [
    ip_network(network) for network in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "10.0.0.0/8")
]
ANYWHERE = {"0.0.0.0/0", "::/0"}


@pytest.fixture(scope="module")
def records() -> list[dict[str, Any]]:
    return [record for content in contents(LOGS).values() for record in json.loads(content)["Records"]]


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


def test_accounts_are_documentation_accounts(records: list[dict[str, Any]]) -> None:
    """No account is a real one."""
    # Twelve digits after a hyphen may be the end of a UUID.
    accounts = re.findall(r"(?<![\w-])\d{12}(?!\w)", json.dumps(records))

    assert set(accounts) <= DOCUMENTATION_ACCOUNTS


def test_addresses_are_documentation_addresses(records: list[dict[str, Any]]) -> None:
    """No address is a real one."""
    found = {text: address for text in texts(records) if (address := address_of(text)) is not None}
    elsewhere = {
        text
        for text, address in found.items()
        if not any(address in network for network in DOCUMENTATION_NETWORKS)
    }

    assert "203.0.113.66" in found
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


def address_of(text: str) -> IPv4Interface | IPv6Interface | None:
    try:
        return ip_interface(text)
    except ValueError:
        return None
