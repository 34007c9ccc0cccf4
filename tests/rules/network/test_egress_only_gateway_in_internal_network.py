from typing import Any

import pytest

from trailguard import Severity, Violation
from trailguard.models import ConfigurationItem
from trailguard.rules.network._internal import InternalNetwork
from trailguard.rules.network.egress_only_gateway_in_internal_network import (
    egress_only_gateway_in_internal_network,
)
from trailguard.testing import SampleItem, configuration_item

GATEWAY = "eigw-0a1b2c3d4e5example"
TAG = {"INTERNAL_NETWORK": "true"}


def gateway(configuration: dict[str, Any], tags: dict[str, str] | None = None) -> SampleItem:
    return configuration_item(
        "AWS::EC2::EgressOnlyInternetGateway", configuration, tags=TAG if tags is None else tags
    )


def attached(state: object) -> dict[str, Any]:
    """Make the configuration that the EC2 API has of a gateway."""
    return {"egressOnlyInternetGatewayId": GATEWAY, "attachments": [{"vpcId": "vpc-1", "state": state}]}


REGISTERED = {"Id": GATEWAY, "VpcId": "vpc-1"}

OPEN = gateway(attached("attached"))
OPEN_REGISTERED = gateway(REGISTERED)
CLOSED = gateway(attached("attached"), {"Name": "way out"})
NEAR_MISS = gateway(attached("detached"))


@pytest.mark.parametrize(
    "item", [OPEN, OPEN_REGISTERED, gateway({"vpcId": "vpc-1"})], ids=["API", "registry", "camelCase"]
)
def test_names_gateway_and_network(item: ConfigurationItem) -> None:
    """AWS Config may have it as the EC2 API does, or as CloudFormation does."""
    assert egress_only_gateway_in_internal_network(item) == [
        Violation(
            "an egress-only internet gateway is attached to vpc-1 and tagged INTERNAL_NETWORK",
            evidence={"egress_only_internet_gateway_id": GATEWAY, "vpc_id": "vpc-1"},
        )
    ]
    assert egress_only_gateway_in_internal_network.severity is Severity.MEDIUM


@pytest.mark.parametrize(
    "state",
    ["attaching", "available", {"value": "attached"}, {"code": 1, "name": "attached"}, {"code": "attached"}],
)
def test_states_of_an_attached_gateway(state: object) -> None:
    assert len(egress_only_gateway_in_internal_network(gateway(attached(state)))) == 1


def test_the_network_need_not_be_named() -> None:
    (found,) = egress_only_gateway_in_internal_network(gateway({"attachments": [{"state": "attached"}]}))

    assert found.reason == "an egress-only internet gateway is attached to a VPC and tagged INTERNAL_NETWORK"


@pytest.mark.parametrize(
    "item",
    [
        CLOSED,
        NEAR_MISS,
        gateway(attached("detaching")),
        gateway({"egressOnlyInternetGatewayId": GATEWAY, "attachments": []}),
        gateway(REGISTERED, {}),
    ],
    ids=["other tag", "detached", "detaching", "never attached", "no tags"],
)
def test_other_gateways_are_not_reported(item: ConfigurationItem) -> None:
    assert egress_only_gateway_in_internal_network(item) == []


def test_another_tag_may_mark_internal_networks() -> None:
    other = InternalNetwork(internal_tag="Zone")

    assert len(egress_only_gateway_in_internal_network(gateway(REGISTERED, {"Zone": "internal"}), other)) == 1
    assert egress_only_gateway_in_internal_network(OPEN, other) == []
