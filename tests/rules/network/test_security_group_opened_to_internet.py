from typing import Any

import pytest

from trailguard import CloudTrailEvent, Match, Severity, Violation
from trailguard.rules.network.security_group_opened_to_internet import (
    Params,
    security_group_opened_to_internet,
)
from trailguard.testing import cloudtrail_event

SSH = {"ipProtocol": "tcp", "fromPort": 22, "toPort": 22}
MADE = {"groupId": "sg-1a2b3c4d", "securityGroupRuleId": "sgr-1a2b3c4d", "isEgress": False, **SSH}


def permission(*cidrs: str, **more: object) -> dict[str, Any]:
    """Make one of the ``ipPermissions`` of a request."""
    v4 = [{"cidrIp": cidr} for cidr in cidrs if ":" not in cidr]
    v6 = [{"cidrIpv6": cidr} for cidr in cidrs if ":" in cidr]
    return {
        **SSH,
        "groups": {},
        "ipRanges": {"items": v4} if v4 else {},
        "ipv6Ranges": {"items": v6} if v6 else {},
        "prefixListIds": {},
        **more,
    }


def authorized(
    *permissions: dict[str, Any], made: list[dict[str, Any]] | None = None, **more: object
) -> CloudTrailEvent:
    """Make an AuthorizeSecurityGroupIngress; without ``made``, one of old, whose response is bare."""
    return cloudtrail_event(
        "ec2:AuthorizeSecurityGroupIngress",
        request={"groupId": "sg-1a2b3c4d", "ipPermissions": {"items": list(permissions)}} | more,
        response={"requestId": "3f0c", "_return": True}
        | ({} if made is None else {"securityGroupRuleSet": {"items": made}}),
    )


def modified(rules: object) -> CloudTrailEvent:
    """Make a ModifySecurityGroupRules of one rule, or a list of them."""
    return cloudtrail_event(
        "ec2:ModifySecurityGroupRules",
        request={"ModifySecurityGroupRulesRequest": {"GroupId": "sg-1a2b3c4d", "SecurityGroupRule": rules}},
        response={"ModifySecurityGroupRulesResponse": {"requestId": "3f0c", "return": True}},
    )


def change(number: int, **fields: object) -> dict[str, object]:
    """Make one rule of a ModifySecurityGroupRules."""
    rule = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, **fields}
    return {"SecurityGroupRuleId": f"sgr-{number}", "SecurityGroupRule": rule, "tag": number}


WITH_RESPONSE = authorized(permission("0.0.0.0/0"), made=[{**MADE, "cidrIpv4": "0.0.0.0/0"}])
WITHOUT_RESPONSE = authorized(permission("0.0.0.0/0", "::/0"))
SHORT_FORM = cloudtrail_event(
    "ec2:AuthorizeSecurityGroupIngress",
    request={"groupId": "sg-1a2b3c4d", "ipPermissions": {}, **SSH, "cidrIp": "0.0.0.0/0"},
    response={"requestId": "3f0c", "_return": True},
)
BY_NAME = cloudtrail_event(
    "ec2:AuthorizeSecurityGroupIngress",
    request={"groupName": "default", "ipPermissions": {"items": [permission("0.0.0.0/0")]}},
    response={"requestId": "3f0c", "_return": True},
)
MODIFIED = modified(change(1, CidrIpv4="0.0.0.0/0"))
MODIFIED_SEVERAL = modified([change(1, CidrIpv6="::/0"), change(2, CidrIpv4="10.0.0.0/8")])


def reasons(event: CloudTrailEvent, params: Params | None = None) -> list[str]:
    return [violation.reason for violation in security_group_opened_to_internet(event, params)]


def test_names_port_and_source_and_what_to_revoke() -> None:
    assert security_group_opened_to_internet(WITH_RESPONSE) == [
        Violation(
            "user alice opened tcp 22 (SSH) of sg-1a2b3c4d to 0.0.0.0/0",
            resource="sg-1a2b3c4d",
            evidence={
                "group_id": "sg-1a2b3c4d",
                "security_group_rule_id": "sgr-1a2b3c4d",
                "protocol": "tcp",
                "from_port": 22,
                "to_port": 22,
                "cidr": "0.0.0.0/0",
            },
        )
    ]


def test_one_violation_for_each_open_source() -> None:
    """Old records have no rules in the response; the request says what was asked."""
    facts = {"group_id": "sg-1a2b3c4d", "protocol": "tcp", "from_port": 22, "to_port": 22}

    assert security_group_opened_to_internet(WITHOUT_RESPONSE) == [
        Violation(
            f"user alice opened tcp 22 (SSH) of sg-1a2b3c4d to {cidr}",
            resource="sg-1a2b3c4d",
            evidence={**facts, "cidr": cidr},
        )
        for cidr in ("0.0.0.0/0", "::/0")
    ]


@pytest.mark.parametrize(
    "event",
    [SHORT_FORM, MODIFIED, authorized(permission("0.0.0.0/0"), made=[])],
    ids=["short", "modify", "empty"],
)
def test_fires_on_every_form(event: CloudTrailEvent) -> None:
    assert reasons(event) == ["user alice opened tcp 22 (SSH) of sg-1a2b3c4d to 0.0.0.0/0"]


def test_a_group_may_be_given_by_name() -> None:
    (violation,) = security_group_opened_to_internet(BY_NAME)

    assert violation.resource == violation.evidence["group_name"] == "default"


def test_several_rules_modified_at_once() -> None:
    (violation,) = security_group_opened_to_internet(MODIFIED_SEVERAL)

    assert violation.reason == "user alice opened tcp 22 (SSH) of sg-1a2b3c4d to ::/0"
    assert violation.resource == violation.evidence["group_id"] == "sg-1a2b3c4d"
    assert violation.evidence["security_group_rule_id"] == "sgr-1"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"ipProtocol": "-1", "fromPort": -1, "toPort": -1}, "all traffic"),
        ({"ipProtocol": -1, "fromPort": None, "toPort": None}, "all traffic"),
        ({"fromPort": 0, "toPort": 65535}, "tcp 0-65535"),
        ({"ipProtocol": "icmp", "fromPort": -1, "toPort": -1}, "icmp"),
        ({"ipProtocol": None}, "traffic"),
    ],
)
def test_any_protocol_counts(fields: dict[str, object], words: str) -> None:
    made = [{**MADE, "cidrIpv4": "0.0.0.0/0", **fields}]

    assert reasons(authorized(made=made)) == [f"user alice opened {words} of sg-1a2b3c4d to 0.0.0.0/0"]
    assert reasons(authorized(permission("0.0.0.0/0", **fields))) == [
        f"user alice opened {words} of sg-1a2b3c4d to 0.0.0.0/0"
    ]


@pytest.mark.parametrize("cidr", ["198.51.100.7/0", "128.0.0.0/1", "2001:db8::1/0"])
def test_other_ways_to_write_the_internet(cidr: str) -> None:
    assert reasons(authorized(permission(cidr))) == [
        f"user alice opened tcp 22 (SSH) of sg-1a2b3c4d to {cidr}"
    ]


@pytest.mark.parametrize(
    "event",
    [
        authorized(permission("10.0.0.0/8", "2001:db8::/32")),
        authorized(permission("0.0.0.0/2")),
        authorized(permission(groups={"items": [{"groupId": "sg-5e6f7a8b"}]})),
        authorized(permission(prefixListIds={"items": [{"prefixListId": "pl-1a2b3c4d"}]})),
        authorized(made=[{**MADE, "cidrIpv4": "10.0.0.0/8"}]),
        authorized(made=[{**MADE, "prefixListId": "pl-1a2b3c4d"}]),
        authorized(made=[{**MADE, "cidrIpv4": "0.0.0.0/0", "isEgress": True}]),
        # What was made counts, not what was asked for.
        authorized(permission("0.0.0.0/0"), made=[{**MADE, "cidrIpv4": "10.0.0.0/8"}]),
        modified(change(1, CidrIpv4="10.0.0.0/8")),
        modified(change(1, Description="0.0.0.0/0")),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert reasons(event) == []


@pytest.mark.parametrize(
    ("fields", "complies"),
    [
        ({"fromPort": 443, "toPort": 443}, True),
        ({"ipProtocol": "udp", "fromPort": 443, "toPort": 443}, True),
        ({"fromPort": 442, "toPort": 443}, False),
        ({"fromPort": 80, "toPort": 443}, False),
        ({"ipProtocol": "-1", "fromPort": -1, "toPort": -1}, False),
        ({"ipProtocol": "icmp", "fromPort": 443, "toPort": 443}, False),
    ],
)
def test_allowed_ports(fields: dict[str, object], complies: bool) -> None:  # noqa: FBT001  # a table
    """A permission complies where every port that it opens is allowed."""
    event = authorized(permission("0.0.0.0/0", **fields))

    assert (reasons(event, Params(allowed_ports={80, 443})) == []) is complies
    assert reasons(event)


def test_listens_to_calls_that_went_through() -> None:
    assert security_group_opened_to_internet.matches() == (
        Match("ec2:AuthorizeSecurityGroupIngress", "ec2:ModifySecurityGroupRules", outcome="success"),
    )
    assert security_group_opened_to_internet.severity is Severity.HIGH


@pytest.mark.parametrize(
    ("fields", "severity"),
    [
        ({"fromPort": 443, "toPort": 443}, Severity.LOW),
        ({"fromPort": 80, "toPort": 80}, Severity.LOW),
        ({"ipProtocol": "icmp", "fromPort": -1, "toPort": -1}, Severity.LOW),
        ({"fromPort": 80, "toPort": 443}, None),
        ({"fromPort": 22, "toPort": 22}, None),
    ],
)
def test_what_public_servers_offer_is_low(fields: dict[str, object], severity: Severity | None) -> None:
    (violation,) = security_group_opened_to_internet(authorized(permission("0.0.0.0/0", **fields)))

    assert violation.severity is severity


def test_the_newer_form_goes_before_the_older() -> None:
    both = authorized(permission("0.0.0.0/0"), ModifySecurityGroupRulesRequest={"GroupId": "sg-1a2b3c4d"})

    assert security_group_opened_to_internet(both) == []
