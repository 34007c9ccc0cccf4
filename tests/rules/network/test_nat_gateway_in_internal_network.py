import pytest

from trailguard import Severity, Violation
from trailguard.models import ConfigurationItem
from trailguard.rules.network._internal import InternalNetwork
from trailguard.rules.network.nat_gateway_in_internal_network import nat_gateway_in_internal_network
from trailguard.testing import SampleItem, configuration_item

GATEWAY = "nat-0a1b2c3d4e5example"
TAG = {"INTERNAL_NETWORK": "true"}
ADDRESS = {"allocationId": "eipalloc-1", "privateIp": "10.0.0.5", "publicIp": "203.0.113.7"}


def gateway(tags: dict[str, str] | None = None, **more: object) -> SampleItem:
    return configuration_item(
        "AWS::EC2::NatGateway",
        {
            "natGatewayId": GATEWAY,
            "vpcId": "vpc-1",
            "subnetId": "subnet-1",
            "state": "available",
            "connectivityType": "public",
            "natGatewayAddresses": [ADDRESS],
            **more,
        },
        tags=TAG if tags is None else tags,
    )


OPEN = gateway()
CLOSED = gateway({"Name": "way out"})
NEAR_MISS = gateway(connectivityType="private")


def test_names_network_and_addresses() -> None:
    assert nat_gateway_in_internal_network(OPEN) == [
        Violation(
            "a public NAT gateway is in vpc-1 and tagged INTERNAL_NETWORK",
            evidence={
                "nat_gateway_id": GATEWAY,
                "vpc_id": "vpc-1",
                "subnet_id": "subnet-1",
                "public_ips": ["203.0.113.7"],
            },
        )
    ]
    assert nat_gateway_in_internal_network.severity is Severity.MEDIUM


@pytest.mark.parametrize(
    "item",
    [
        gateway(connectivityType=None),
        gateway(state="pending", natGatewayAddresses=[{"allocationId": "eipalloc-1"}]),
        gateway(state={"value": "available"}),
        gateway(state=None),
        gateway({"INTERNAL_NETWORK": ""}),
    ],
    ids=["old item", "pending", "state in an object", "no state", "empty tag"],
)
def test_public_unless_it_says_otherwise(item: ConfigurationItem) -> None:
    assert len(nat_gateway_in_internal_network(item)) == 1


@pytest.mark.parametrize(
    "state",
    [
        "deleting",
        "deleted",
        "failed",
        {"value": "deleted"},
        {"code": 48, "name": "deleted"},
        {"code": "failed", "message": "no free address"},
    ],
)
def test_what_leads_nowhere_is_not_reported(state: object) -> None:
    assert nat_gateway_in_internal_network(gateway(state=state)) == []


@pytest.mark.parametrize("item", [CLOSED, NEAR_MISS, gateway({})], ids=["other tag", "private", "no tags"])
def test_other_gateways_are_not_reported(item: ConfigurationItem) -> None:
    assert nat_gateway_in_internal_network(item) == []


def test_another_tag_may_mark_internal_networks() -> None:
    (found,) = nat_gateway_in_internal_network(
        gateway({"Zone": "internal"}), InternalNetwork(internal_tag="Zone")
    )

    assert found.reason == "a public NAT gateway is in vpc-1 and tagged Zone"
    assert nat_gateway_in_internal_network(OPEN, InternalNetwork(internal_tag="Zone")) == []
