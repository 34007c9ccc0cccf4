from typing import Any

import pytest

from trailguard import Severity, Violation
from trailguard.models import ConfigurationItem
from trailguard.rules.network.network_interface_has_public_address import network_interface_has_public_address
from trailguard.testing import SampleItem, configuration_item

INTERFACE = "eni-0a1b2c3d4e5example"
INSTANCE = "i-0a1b2c3d4e5example"


def association(address: str) -> dict[str, str]:
    return {"publicIp": address, "publicDnsName": "", "ipOwnerId": "amazon"}


def private(address: str, public: str | None = None) -> dict[str, Any]:
    """Make one of ``privateIpAddresses``."""
    made: dict[str, Any] = {"privateIpAddress": address, "primary": public is None}
    return made if public is None else {**made, "association": association(public)}


def interface(**more: object) -> SampleItem:
    return configuration_item(
        "AWS::EC2::NetworkInterface",
        {
            "networkInterfaceId": INTERFACE,
            "interfaceType": "interface",
            "status": "in-use",
            "attachment": {"instanceId": INSTANCE, "status": "attached"},
            "privateIpAddresses": [private("10.0.0.5")],
            **more,
        },
    )


OPEN = interface(
    association=association("203.0.113.7"),
    privateIpAddresses=[private("10.0.0.5", "203.0.113.7"), private("10.0.0.6", "203.0.113.8")],
)
OPEN_UNATTACHED = interface(association=association("203.0.113.7"), attachment=None)
CLOSED = interface()
NEAR_MISS = interface(interfaceType="natGateway", association=association("203.0.113.7"))


def test_each_address_is_told_once() -> None:
    """That of the primary private address stands in two fields."""
    assert network_interface_has_public_address(OPEN) == [
        Violation(
            f"the instance {INSTANCE} has the public address {address}",
            evidence={
                "network_interface_id": INTERFACE,
                "public_ip": address,
                "instance_id": INSTANCE,
            },
        )
        for address in ("203.0.113.7", "203.0.113.8")
    ]
    assert network_interface_has_public_address.severity is Severity.MEDIUM


@pytest.mark.parametrize("attachment", [None, {}, {"instanceOwnerId": "amazon-elb", "status": "attached"}])
def test_there_need_not_be_an_instance(attachment: object) -> None:
    (found,) = network_interface_has_public_address(
        interface(association=association("203.0.113.7"), attachment=attachment)
    )

    assert found.reason == "the interface has the public address 203.0.113.7"
    assert found.evidence["instance_id"] is None


@pytest.mark.parametrize(
    "config",
    [
        {"association": association("203.0.113.7"), "privateIpAddresses": None},
        {"association": None, "privateIpAddresses": [private("10.0.0.6", "203.0.113.7")]},
        {"association": association("203.0.113.7"), "interfaceType": None},
        {"association": association("203.0.113.7"), "interfaceType": "network_load_balancer"},
    ],
    ids=["interface", "private address", "old item", "load balancer"],
)
def test_one_field_is_enough(config: dict[str, Any]) -> None:
    assert len(network_interface_has_public_address(interface(**config))) == 1


@pytest.mark.parametrize(
    "item",
    [
        CLOSED,
        NEAR_MISS,
        interface(interfaceType="nat_gateway", association=association("203.0.113.7")),
        interface(association={"carrierIp": "198.51.100.7", "publicDnsName": ""}),
        interface(association=association("")),
        interface(ipv6Addresses=[{"ipv6Address": "2001:db8::7"}]),
    ],
    ids=["private", "NAT gateway", "NAT gateway otherwise spelled", "carrier", "empty", "IPv6"],
)
def test_other_interfaces_are_not_reported(item: ConfigurationItem) -> None:
    assert network_interface_has_public_address(item) == []
