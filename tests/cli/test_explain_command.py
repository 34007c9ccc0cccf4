from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from trailguard.cli.main import cli
from trailguard.testing import cloudtrail_event, configuration_item, iam_user, log_file

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

    from trailguard.models.cloudtrail import CloudTrailEvent

OPEN = {
    "groupId": "sg-1",
    "ipPermissions": {
        "items": [
            {
                "ipProtocol": "tcp",
                "fromPort": 22,
                "toPort": 22,
                "ipRanges": {"items": [{"cidrIp": "0.0.0.0/0"}]},
            }
        ]
    },
}


def opened(**more: Any) -> CloudTrailEvent:
    return cloudtrail_event(
        "ec2:AuthorizeSecurityGroupIngress", actor=iam_user("mallory"), request=OPEN, **more
    )


def explain(*arguments: object, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(cli, ["explain", *map(str, arguments)], input=stdin)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "event.json"
    path.write_text(json.dumps(opened().raw), "utf-8")
    return path


def test_violation_with_what_was_read(file: Path) -> None:
    told = explain(file)

    lines = [" ".join(line.split()) for line in told.stdout.splitlines()]
    assert told.exit_code == 0
    assert lines[0].startswith("ec2:AuthorizeSecurityGroupIngress by user mallory, 2026-03-02 09:00:00 UTC")
    assert lines[1:3] == [
        "VIOLATED security-group-opened-to-internet",
        "high user mallory opened tcp 22 (SSH) of sg-1 to 0.0.0.0/0 (sg-1)",
    ]
    assert "requestParameters.ipPermissions.items[0].ipRanges.items[0].cidrIp 0.0.0.0/0" in lines


def test_every_other_rule_says_why_it_was_not_asked(file: Path) -> None:
    told = explain(file).stdout

    assert (
        "NOT ASKED  elastic-address-associated\n    it listens to ec2:AssociateAddress; this is ec2:Auth"
        in told
    )
    assert "it takes a ConfigurationItem; this is a CloudTrail record" in told


def test_one_rule_alone(file: Path) -> None:
    told = explain(file, "--rule", "bucket-is-public").stdout

    assert told.splitlines()[1:] == [
        " NOT ASKED  bucket-is-public",
        "    it takes a ConfigurationItem; this is a CloudTrail record",
        "",
    ]


def test_call_that_failed_says_so() -> None:
    event = opened(error="Client.UnauthorizedOperation")

    told = explain("-", "--rule", "security-group-opened-to-internet", stdin=json.dumps(event.raw).encode())

    assert "the call failed with Client.UnauthorizedOperation; outcome is 'success'" in told.stdout


def test_item_that_complies() -> None:
    item = configuration_item("AWS::EC2::VPC", {"isDefault": False})

    told = explain("-", "--rule", "vpc-reaches-internet", stdin=json.dumps(item.raw).encode()).stdout

    assert told.splitlines()[1] == " COMPLIED  vpc-reaches-internet"
    assert "configuration.isDefault" in told


def test_several_events_are_told_briefly() -> None:
    events = [opened(), cloudtrail_event("ec2:DescribeVpcs")]

    told = explain("-", stdin=log_file(events)).stdout

    assert told.count("VIOLATED") == 1
    assert "rules listening to other things" in told
    assert "rules listening to other things" in told


def test_whatever_aws_delivers_is_taken() -> None:
    told = explain("-", stdin=json.dumps(opened().as_sns().as_sqs()).encode())  # type: ignore[attr-defined]  # a sample

    assert "VIOLATED  security-group-opened-to-internet" in told.stdout


def test_rule_that_is_off_is_told(file: Path, tmp_path: Path) -> None:
    settings = tmp_path / "trailguard.toml"
    settings.write_text("[rules.security-group-opened-to-internet]\nenabled = false\n", "utf-8")

    told = explain(file, "--settings", settings).stdout

    assert "VIOLATED" not in told
    assert f"security-group-opened-to-internet is off by {settings}" in told


def test_settings_may_differ(file: Path, tmp_path: Path) -> None:
    settings = tmp_path / "trailguard.toml"
    settings.write_text(
        "[rules.security-group-opened-to-internet.parameters]\nallowed_ports = [22]\n", "utf-8"
    )

    told = explain(file, "--settings", settings).stdout

    assert "COMPLIED  security-group-opened-to-internet" in told


@pytest.mark.parametrize(
    ("stdin", "told"),
    [
        (b'{"Records": [{"eventName": 7, "eventSource": "s3.amazonaws.com"}, 3]}', "no event: "),
        (b'{"Records": [', "not decoded: "),
        (b"", "not decoded: "),
    ],
)
def test_what_is_no_event_is_told(stdin: bytes, told: str) -> None:
    """Without a traceback, and with an exit status of its own."""
    done = explain("-", stdin=stdin)

    assert done.exit_code == 2
    assert told in done.stdout or not stdin


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere.json"], "nowhere.json: no such file or folder"),
        (["-", "--rule", "bucket-is-publik"], "no such rule (did you mean 'bucket-is-public'?)"),
        (["-", "--settings", "nowhere.toml"], "nowhere.toml: cannot be read"),
    ],
)
def test_mistakes_are_told_to_people(arguments: list[str], told: str) -> None:
    done = explain(*arguments, stdin=b"{}")

    assert done.exit_code == 2
    assert told in done.stderr


def test_what_attackers_wrote_is_spelled_out() -> None:
    event = cloudtrail_event("ec2:DeleteVpc", request={"vpcId": "vpc-\x1b[31m1"})

    told = explain("-", stdin=json.dumps(event.raw).encode()).stdout

    assert "\x1b" not in told
    assert "vpc-\\x1b[31m1" in told


def test_suppressed_verdict_says_by_whom(file: Path, tmp_path: Path) -> None:
    settings = tmp_path / "trailguard.toml"
    settings.write_text(
        '[[exceptions]]\nrule = "security-group-*"\nresource = "sg-1"\nowner = "net"\nreason = "bastion"\n',
        "utf-8",
    )

    told = explain(file, "--settings", settings).stdout

    assert "VIOLATED  security-group-opened-to-internet" in told
    assert "SUPPRESSED  security-group-opened-to-internet  by net: bastion" in told
    assert "SUPPRESSED" not in explain(file).stdout


def test_rule_that_counts_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One event is no violation yet."""
    metadata = tmp_path / "acme-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n", "utf-8")
    (metadata / "entry_points.txt").write_text("[trailguard]\nacme = acme_counting\n", "utf-8")
    (tmp_path / "acme_counting.py").write_text(
        "from trailguard import CloudTrailEvent, Severity, Threshold, hookimpl, rule\n"
        '@rule(on="signin:ConsoleLogin", outcome="failure", severity=Severity.LOW, title="Guessing",\n'
        '      threshold=Threshold(5, within="10m", by="source_ip"))\n'
        "def guessing(event: CloudTrailEvent) -> str:\n"
        '    return "one more"\n'
        "@hookimpl\n"
        "def trailguard_rules():\n"
        "    return [guessing]\n",
        "utf-8",
    )
    monkeypatch.syspath_prepend(tmp_path)
    event = cloudtrail_event("signin:ConsoleLogin", error="Failed authentication")

    told = explain("-", "--rule", "guessing", stdin=json.dumps(event.raw).encode()).stdout

    assert "counts: a violation at 5 times within 10m by source_ip" in told
