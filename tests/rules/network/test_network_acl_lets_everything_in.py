import pytest

from trailguard import CloudTrailEvent, Match, Severity, Violation
from trailguard.rules.network.network_acl_lets_everything_in import network_acl_lets_everything_in
from trailguard.testing import cloudtrail_event


def entry(action: str = "ec2:CreateNetworkAclEntry", **fields: object) -> CloudTrailEvent:
    """Make an entry that lets everything in but for what the fields say."""
    request: dict[str, object] = {
        "networkAclId": "acl-1a2b3c4d",
        "ruleNumber": 100,
        "egress": False,
        "ruleAction": "allow",
        "icmpTypeCode": {},
        "portRange": {},
        "aclProtocol": "-1",
        "cidrBlock": "0.0.0.0/0",
    }
    return cloudtrail_event(action, request=request | fields, response={"requestId": "3f0c", "_return": True})


ALL_TRAFFIC = entry()
ALL_OF_TCP = entry("ec2:ReplaceNetworkAclEntry", aclProtocol="6", portRange={"from": 0, "to": 65535})
IPV6 = entry(cidrBlock=None, ipv6CidrBlock="::/0")


@pytest.mark.parametrize(
    ("event", "words", "cidr"),
    [
        (ALL_TRAFFIC, "all traffic", "0.0.0.0/0"),
        (entry(portRange={"from": -1, "to": -1}), "all traffic", "0.0.0.0/0"),
        (IPV6, "all traffic", "::/0"),
        (ALL_OF_TCP, "tcp 0-65535", "0.0.0.0/0"),
        (entry(aclProtocol="17", portRange={"from": 1, "to": 65535}), "udp 1-65535", "0.0.0.0/0"),
        (entry(cidrBlock="128.0.0.0/1"), "all traffic", "128.0.0.0/1"),
    ],
)
def test_names_acl_traffic_and_source(event: CloudTrailEvent, words: str, cidr: str) -> None:
    assert network_acl_lets_everything_in(event) == [
        Violation(
            f"user alice let {words} in from {cidr} by acl-1a2b3c4d",
            resource="acl-1a2b3c4d",
            evidence={"network_acl_id": "acl-1a2b3c4d", "rule_number": 100, "egress": False, "cidr": cidr},
        )
    ]


@pytest.mark.parametrize(
    "event",
    [
        entry(ruleAction="deny"),
        entry(egress=True),
        entry(cidrBlock="10.0.0.0/8"),
        entry(cidrBlock=None, ipv6CidrBlock="2001:db8::/32"),
        entry(aclProtocol="6", portRange={"from": 443, "to": 443}),
        entry(aclProtocol="6", portRange={"from": 1024, "to": 65535}),
        entry(aclProtocol="6", portRange={"from": 0, "to": 65534}),
        entry(aclProtocol="1", icmpTypeCode={"code": -1, "type": -1}),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert network_acl_lets_everything_in(event) == []


def test_listens_to_calls_that_went_through() -> None:
    assert network_acl_lets_everything_in.matches() == (
        Match("ec2:CreateNetworkAclEntry", "ec2:ReplaceNetworkAclEntry", outcome="success"),
    )
    assert network_acl_lets_everything_in.severity is Severity.MEDIUM
