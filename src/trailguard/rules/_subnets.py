"""Which addresses a subnet gives away by itself, whoever wrote its attributes down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailguard.rules._ec2 import is_true

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["addresses_handed_out"]

_ATTRIBUTES = {
    "mapPublicIpOnLaunch": "public IPv4 addresses",
    "assignIpv6AddressOnCreation": "IPv6 addresses",
}


def addresses_handed_out(subnet: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield the attributes that give addresses to what is launched in a subnet, each with what it gives.

    Args:
        subnet: a subnet, or the call that changes one; values are booleans or ``{"value": true}``.
    """
    for attribute, addresses in _ATTRIBUTES.items():
        if is_true(subnet.get(attribute)):
            yield attribute, addresses
