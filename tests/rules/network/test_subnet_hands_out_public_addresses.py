import pytest

from trailguard import Severity, Violation
from trailguard.models import ConfigurationItem
from trailguard.rules.network.subnet_hands_out_public_addresses import subnet_hands_out_public_addresses
from trailguard.testing import SampleItem, configuration_item

SUBNET = "subnet-0a1b2c3d4e5example"


def subnet(**attributes: object) -> SampleItem:
    return configuration_item(
        "AWS::EC2::Subnet",
        {
            "subnetId": SUBNET,
            "state": "available",
            "vpcId": "vpc-1",
            "cidrBlock": "10.0.1.0/24",
            "mapPublicIpOnLaunch": False,
            "assignIpv6AddressOnCreation": False,
            **attributes,
        },
    )


OPEN = subnet(mapPublicIpOnLaunch=True)
OPEN_IPV6 = subnet(assignIpv6AddressOnCreation=True)
CLOSED = subnet()
NEAR_MISS = subnet(
    defaultForAz=True,
    mapCustomerOwnedIpOnLaunch=True,
    ipv6CidrBlockAssociationSet=[{"ipv6CidrBlock": "2001:db8::/64"}],
)


@pytest.mark.parametrize(
    ("item", "attribute", "addresses"),
    [
        (OPEN, "mapPublicIpOnLaunch", "public IPv4 addresses"),
        (OPEN_IPV6, "assignIpv6AddressOnCreation", "IPv6 addresses"),
    ],
)
def test_names_attribute_and_kind_of_address(item: ConfigurationItem, attribute: str, addresses: str) -> None:
    assert subnet_hands_out_public_addresses(item) == [
        Violation(
            f"{SUBNET} assigns {addresses} to what is launched in it",
            evidence={"subnet_id": SUBNET, "attribute": attribute},
        )
    ]
    assert subnet_hands_out_public_addresses.severity is Severity.MEDIUM


def test_both_kinds_are_two_violations() -> None:
    both = subnet(mapPublicIpOnLaunch=True, assignIpv6AddressOnCreation=True)

    assert len(subnet_hands_out_public_addresses(both)) == 2


@pytest.mark.parametrize(
    "item",
    [CLOSED, NEAR_MISS, subnet(mapPublicIpOnLaunch=None, assignIpv6AddressOnCreation=None)],
    ids=["off", "has addresses", "not said"],
)
def test_other_subnets_are_not_reported(item: ConfigurationItem) -> None:
    assert subnet_hands_out_public_addresses(item) == []
