"""Public addresses: those that there are, and those that a subnet gives away by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailguard.rules._json import is_true, items, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["addresses_handed_out", "public_addresses"]

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


def public_addresses(interfaces: Iterable[Mapping[str, object]]) -> list[str]:
    """Return the public IPv4 addresses of network interfaces, once each.

    An interface has that of its primary private address twice: beside its private addresses, and among them.
    """
    holders = [holder for one in interfaces for holder in (one, *items(one.get("privateIpAddresses")))]
    found = [association.get("publicIp") for one in holders for association in items(one.get("association"))]
    return list(dict.fromkeys(address for address in map(text, found) if address))
