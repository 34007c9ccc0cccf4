from typing import Any

import pytest

from trailguard.rules._addresses import addresses_handed_out, public_addresses

FIRST = {"association": {"publicIp": "198.51.100.7", "ipOwnerId": "amazon"}}


@pytest.mark.parametrize(
    ("interface", "addresses"),
    [
        (FIRST, ["198.51.100.7"]),
        ({**FIRST, "privateIpAddresses": [FIRST]}, ["198.51.100.7"]),
        (
            {"privateIpAddresses": [FIRST, {"association": {"publicIp": "203.0.113.9"}}]},
            ["198.51.100.7", "203.0.113.9"],
        ),
        ({"association": None, "privateIpAddresses": [{"privateIpAddress": "10.0.0.1"}]}, []),
        ({"association": {"carrierIp": "198.51.100.7"}}, []),
        ({"association": {"publicIp": 7}, "privateIpAddresses": "10.0.0.1"}, []),
    ],
)
def test_public_addresses_are_told_once(interface: dict[str, Any], addresses: list[str]) -> None:
    assert public_addresses([interface, interface]) == addresses


@pytest.mark.parametrize(
    ("subnet", "attributes"),
    [
        ({"mapPublicIpOnLaunch": True, "assignIpv6AddressOnCreation": False}, ["mapPublicIpOnLaunch"]),
        ({"assignIpv6AddressOnCreation": {"value": True}}, ["assignIpv6AddressOnCreation"]),
        ({"mapPublicIpOnLaunch": None, "mapCustomerOwnedIpOnLaunch": True}, []),
    ],
)
def test_addresses_that_a_subnet_hands_out(subnet: dict[str, Any], attributes: list[str]) -> None:
    assert [attribute for attribute, _ in addresses_handed_out(subnet)] == attributes
