import pytest

from trailguard import Severity, Violation
from trailguard.models import ConfigurationItem
from trailguard.rules.network.internet_gateway_in_use import internet_gateway_in_use
from trailguard.testing import SampleItem, configuration_item

GATEWAY = "igw-0a1b2c3d4e5example"


def gateway(*attachments: object) -> SampleItem:
    return configuration_item(
        "AWS::EC2::InternetGateway",
        {"internetGatewayId": GATEWAY, "ownerId": "111122223333", "attachments": attachments, "tags": []},
    )


OPEN = gateway({"vpcId": "vpc-1", "state": "available"})
CLOSED = gateway()
NEAR_MISS = gateway({"vpcId": "vpc-1", "state": "detached"})


def test_names_gateway_and_vpc() -> None:
    assert internet_gateway_in_use(OPEN) == [
        Violation(
            f"the internet gateway {GATEWAY} is attached to vpc-1",
            evidence={"internet_gateway_id": GATEWAY, "vpc_id": "vpc-1"},
        )
    ]
    assert internet_gateway_in_use.severity is Severity.MEDIUM


@pytest.mark.parametrize(
    "state",
    [
        {"state": "attached"},
        {"state": "attaching"},
        {"state": {"value": "attached"}},
        {"state": {"code": "attached", "message": "Attached"}},
        {"state": {"code": 16, "name": "attached"}},
        {"state": None},
        {},
    ],
)
def test_attached_or_not_told_counts(state: dict[str, object]) -> None:
    assert len(internet_gateway_in_use(gateway({"vpcId": "vpc-1", **state}))) == 1


@pytest.mark.parametrize(
    "item",
    [
        CLOSED,
        NEAR_MISS,
        gateway({"vpcId": "vpc-1", "state": {"value": "detaching"}}),
        gateway({"vpcId": "vpc-1", "state": {"code": "detached"}}),
        gateway({"vpcId": "vpc-1", "state": {"code": 16, "name": "detached"}}),
        gateway({"state": "available"}),
        gateway({"vpcId": "", "state": "available"}),
    ],
    ids=["never attached", "detached", "detaching", "by code", "by name", "no VPC", "empty VPC"],
)
def test_other_gateways_are_not_reported(item: ConfigurationItem) -> None:
    assert internet_gateway_in_use(item) == []
