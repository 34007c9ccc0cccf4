import pytest

from trailguard import CloudTrailEvent, Match, Severity, Violation
from trailguard.rules.network.subnet_assigns_public_addresses import subnet_assigns_public_addresses
from trailguard.testing import cloudtrail_event


def modified(**attributes: object) -> CloudTrailEvent:
    return cloudtrail_event(
        "ec2:ModifySubnetAttribute",
        request={"subnetId": "subnet-1a2b3c4d"} | attributes,
        response={"requestId": "3f0c", "_return": True},
    )


def created(action: str = "ec2:CreateSubnet", **attributes: object) -> CloudTrailEvent:
    subnet = {"subnetId": "subnet-1a2b3c4d", "vpcId": "vpc-1a2b3c4d", "cidrBlock": "10.0.1.0/24"}
    flags = {"mapPublicIpOnLaunch": False, "assignIpv6AddressOnCreation": False}
    return cloudtrail_event(
        action,
        request={"vpcId": "vpc-1a2b3c4d", "cidrBlock": "10.0.1.0/24"},
        response={"requestId": "3f0c", "subnet": subnet | flags | attributes},
    )


MODIFIED = modified(mapPublicIpOnLaunch={"value": True})
DEFAULT_SUBNET = created("ec2:CreateDefaultSubnet", mapPublicIpOnLaunch=True)


@pytest.mark.parametrize(
    ("event", "attribute", "addresses"),
    [
        (MODIFIED, "mapPublicIpOnLaunch", "public IPv4 addresses"),
        (DEFAULT_SUBNET, "mapPublicIpOnLaunch", "public IPv4 addresses"),
        (
            modified(assignIpv6AddressOnCreation={"value": True}),
            "assignIpv6AddressOnCreation",
            "IPv6 addresses",
        ),
        (created(assignIpv6AddressOnCreation=True), "assignIpv6AddressOnCreation", "IPv6 addresses"),
    ],
)
def test_names_subnet_and_kind_of_address(event: CloudTrailEvent, attribute: str, addresses: str) -> None:
    assert subnet_assigns_public_addresses(event) == [
        Violation(
            f"user alice had subnet-1a2b3c4d assign {addresses} to what is launched in it",
            resource="subnet-1a2b3c4d",
            evidence={"subnet_id": "subnet-1a2b3c4d", "attribute": attribute},
        )
    ]


def test_both_kinds_are_two_violations() -> None:
    both = created(mapPublicIpOnLaunch=True, assignIpv6AddressOnCreation=True)

    assert len(subnet_assigns_public_addresses(both)) == 2


@pytest.mark.parametrize(
    "event",
    [
        modified(mapPublicIpOnLaunch={"value": False}),
        modified(assignIpv6AddressOnCreation={"value": False}),
        modified(enableDns64={"value": True}),
        modified(mapCustomerOwnedIpOnLaunch={"value": True}),
        created(),
        created(defaultForAz=True),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert subnet_assigns_public_addresses(event) == []


def test_listens_to_calls_that_went_through() -> None:
    assert subnet_assigns_public_addresses.matches() == (
        Match("ec2:ModifySubnetAttribute", "ec2:CreateSubnet", "ec2:CreateDefaultSubnet", outcome="success"),
    )
    assert subnet_assigns_public_addresses.severity is Severity.LOW


def test_what_was_made_goes_before_what_was_asked_for() -> None:
    event = cloudtrail_event(
        "ec2:ModifySubnetAttribute",
        request={"subnetId": "subnet-1a2b3c4d", "mapPublicIpOnLaunch": {"value": True}},
        response={"subnet": {"subnetId": "subnet-1a2b3c4d", "mapPublicIpOnLaunch": False}},
    )

    assert subnet_assigns_public_addresses(event) == []
