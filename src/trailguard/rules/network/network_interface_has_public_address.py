"""A network interface has a public address."""

from __future__ import annotations

from collections.abc import Iterator

from trailguard._rule import rule
from trailguard.models.config import ConfigurationItem
from trailguard.rules._addresses import public_addresses
from trailguard.rules._json import items, text
from trailguard.verdict import Severity, Violation

_NAT_GATEWAY = ("natGateway", "nat_gateway")


@rule(
    on="AWS::EC2::NetworkInterface",
    severity=Severity.MEDIUM,
    title="Network interface has a public address",
    references=[
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-eni.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html",
    ],
)
def network_interface_has_public_address(item: ConfigurationItem) -> Iterator[Violation]:
    """A network interface has a public IPv4 address, on whichever of its private addresses.

    With a route to an internet gateway, only security groups and network ACLs are left between the interface
    and the internet. Interfaces tell more than instances do: load balancers, containers and databases have
    them, too.

    Known false positives: public servers, load balancers that face the internet, and Elastic IP addresses on
    interfaces that are attached to nothing. Interfaces of NAT gateways are not reported, because nobody gets
    in through them. Not seen: IPv6 addresses, which are not looked at, and what a public load balancer or
    an accelerator forwards to private addresses.
    """
    config = item.configuration
    if text(config.get("interfaceType")) in _NAT_GATEWAY:
        return
    attached_to = next((text(one.get("instanceId")) for one in items(config.get("attachment"))), None)
    holder = f"the instance {attached_to}" if attached_to else "the interface"
    for address in public_addresses([config]):
        yield Violation(
            f"{holder} has the public address {address}",
            evidence={
                "network_interface_id": item.resource_id,
                "public_ip": address,
                "instance_id": attached_to,
            },
        )
