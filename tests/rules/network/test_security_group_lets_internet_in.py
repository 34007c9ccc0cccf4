from typing import Any

import pytest

from trailguard import Severity, Violation
from trailguard.models import ConfigurationItem
from trailguard.rules.network.security_group_lets_internet_in import Params, security_group_lets_internet_in
from trailguard.testing import SampleItem, configuration_item

GROUP = "sg-0a1b2c3d4e5example"
SSH = {"ipProtocol": "tcp", "fromPort": 22, "toPort": 22}


def permission(*cidrs: str, **more: object) -> dict[str, Any]:
    """Make one of ``ipPermissions``, in which each IPv4 block is said twice."""
    v4 = [cidr for cidr in cidrs if ":" not in cidr]
    return {
        **SSH,
        "userIdGroupPairs": [],
        "prefixListIds": [],
        "ipRanges": v4,
        "ipv4Ranges": [{"cidrIp": cidr} for cidr in v4],
        "ipv6Ranges": [{"cidrIpv6": cidr} for cidr in cidrs if ":" in cidr],
        **more,
    }


def group(*permissions: object, **more: object) -> SampleItem:
    return configuration_item(
        "AWS::EC2::SecurityGroup",
        {"groupId": GROUP, "groupName": "web", "vpcId": "vpc-1", "ipPermissions": permissions, **more},
    )


OPEN = group(permission("0.0.0.0/0", "::/0"))
CLOSED = group(permission("10.0.0.0/8"))
NEAR_MISS = group(
    permission("0.0.0.0/2"), ipPermissionsEgress=[{"ipProtocol": "-1", "ipRanges": ["0.0.0.0/0"]}]
)


def test_each_block_is_told_once() -> None:
    """An IPv4 block stands in two fields."""
    facts = {"group_id": GROUP, "protocol": "tcp", "from_port": 22, "to_port": 22}

    assert security_group_lets_internet_in(OPEN) == [
        Violation(f"tcp 22 (SSH) is open to {cidr}", evidence={**facts, "cidr": cidr})
        for cidr in ("0.0.0.0/0", "::/0")
    ]
    assert security_group_lets_internet_in.severity is Severity.HIGH


@pytest.mark.parametrize(
    "entry",
    [
        {**SSH, "ipRanges": ["0.0.0.0/0"]},
        {**SSH, "ipv4Ranges": [{"cidrIp": "0.0.0.0/0"}]},
        {**SSH, "ipRanges": None, "ipv4Ranges": [{"cidrIp": "128.0.0.0/1"}]},
        {"ipProtocol": "-1", "ipRanges": ["0.0.0.0/0"]},
        {**SSH, "ipRanges": [{"cidrIp": "0.0.0.0/0"}]},
        {**SSH, "ipv6Ranges": ["::/0"]},
    ],
)
def test_old_and_new_fields_do(entry: dict[str, Any]) -> None:
    assert len(security_group_lets_internet_in(group(entry))) == 1


@pytest.mark.parametrize(
    "item",
    [
        CLOSED,
        NEAR_MISS,
        group({**SSH, "userIdGroupPairs": [{"groupId": "sg-2", "userId": "111122223333"}]}),
        group({**SSH, "prefixListIds": [{"prefixListId": "pl-1"}]}),
        group(),
    ],
    ids=["private", "egress and a quarter", "other group", "prefix list", "nothing"],
)
def test_other_permissions_are_not_reported(item: ConfigurationItem) -> None:
    assert security_group_lets_internet_in(item) == []


def test_allowed_ports_may_be_open() -> None:
    """A range is allowed only if each of its ports is."""
    item = group(
        permission("0.0.0.0/0", fromPort=443, toPort=443), permission("0.0.0.0/0", fromPort=443, toPort=444)
    )

    found = security_group_lets_internet_in(item, Params(allowed_ports=frozenset({443})))

    assert [violation.reason for violation in found] == ["tcp 443-444 is open to 0.0.0.0/0"]


def test_a_port_that_is_allowed() -> None:
    item = group(permission("0.0.0.0/0", fromPort=443, toPort=443))

    assert security_group_lets_internet_in(item, Params(allowed_ports=frozenset({443}))) == []
