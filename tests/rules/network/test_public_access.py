"""Public access to VPCs: each of the twelve resource types that it is about, open, closed and nearly open."""

import runpy
from pathlib import Path
from typing import Any

import pytest

from trailguard import Guard, Verdict
from trailguard.rules import BUILTIN_RULES
from trailguard.testing import SampleItem

RULES = {
    "AWS::EC2::NetworkInterface": "network-interface-has-public-address",
    "AWS::EC2::SecurityGroup": "security-group-lets-internet-in",
    "AWS::EC2::NatGateway": "nat-gateway-in-internal-network",
    "AWS::EC2::EgressOnlyInternetGateway": "egress-only-gateway-in-internal-network",
    "AWS::EC2::VPCEndpoint": "vpc-endpoint-allows-everything",
    "AWS::EC2::VPCEndpointService": "endpoint-service-accepts-anyone",
    "AWS::EC2::VPCPeeringConnection": "vpc-peered-with-untrusted-account",
    "AWS::EC2::InternetGateway": "internet-gateway-in-use",
    "AWS::EC2::RouteTable": "route-table-leads-to-internet",
    "AWS::EC2::VPC": "vpc-reaches-internet",
    "AWS::EC2::Subnet": "subnet-hands-out-public-addresses",
    "AWS::EC2::VPNGateway": "vpn-gateway-in-internal-network",
}
OUTWARD = [
    "AWS::EC2::NatGateway",
    "AWS::EC2::EgressOnlyInternetGateway",
    "AWS::EC2::VPCPeeringConnection",
    "AWS::EC2::VPNGateway",
]
GUARD = Guard.from_settings(notifiers=())

each_type = pytest.mark.parametrize("resource_type", RULES)


def sample(resource_type: str, name: str) -> SampleItem:
    """Return an item of the tests of a type's rule."""
    module = Path(__file__).with_name(f"test_{RULES[resource_type].replace('-', '_')}.py")
    item: SampleItem = runpy.run_path(str(module))[name]
    return item


def verdicts(payload: Any) -> list[dict[str, Any]]:
    """Judge a delivery by all rules; return all of what the verdicts say but where the item was found."""
    report = GUARD.judge(payload)
    assert report.failures == ()
    return [said(verdict) for verdict in report.verdicts]


def said(verdict: Verdict) -> dict[str, Any]:
    return {name: getattr(verdict, name) for name in verdict.__struct_fields__ if name != "origin"}


def test_each_type_has_a_rule_of_its_own() -> None:
    listened = {rule.on: rule.id for rule in BUILTIN_RULES if isinstance(rule.on, str) and rule.on in RULES}

    assert listened == RULES


@each_type
@pytest.mark.parametrize("name", ["OPEN", "CLOSED", "NEAR_MISS"])
def test_both_spellings_give_the_same_verdicts(resource_type: str, name: str) -> None:
    """That of notifications, and that of GetResourceConfigHistory."""
    item = sample(resource_type, name)

    assert item.resource_type == resource_type
    assert verdicts(item.as_config_rule()) == verdicts(item.as_history())


@each_type
def test_open_item_is_reported_by_its_rule(resource_type: str) -> None:
    found = verdicts(sample(resource_type, "OPEN").as_config_rule())

    assert {verdict["rule_id"] for verdict in found} == {RULES[resource_type]}
    assert {verdict["resource_type"] for verdict in found} == {resource_type}


@each_type
@pytest.mark.parametrize("name", ["CLOSED", "NEAR_MISS"])
def test_closed_item_and_near_miss_are_not(resource_type: str, name: str) -> None:
    assert verdicts(sample(resource_type, name).as_config_rule()) == []


@pytest.mark.parametrize("resource_type", OUTWARD)
def test_way_out_is_reported_only_where_the_network_is_marked_as_internal(resource_type: str) -> None:
    item = sample(resource_type, "OPEN")
    untagged = item.raw | {"tags": {}, "configuration": item.raw["configuration"] | {"tags": []}}

    assert item.tags == {"INTERNAL_NETWORK": item.tags["INTERNAL_NETWORK"]}
    assert verdicts(untagged) == []


@pytest.mark.parametrize("resource_type", [one for one in RULES if one not in OUTWARD])
def test_way_in_is_reported_wherever_it_is(resource_type: str) -> None:
    """Of VPCs, that is the default one."""
    name = "OPEN_DEFAULT" if resource_type == "AWS::EC2::VPC" else "OPEN"

    assert verdicts(sample(resource_type, name).raw | {"tags": {}}) != []
