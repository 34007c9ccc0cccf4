"""An instance has a public address."""

from __future__ import annotations

from collections.abc import Iterator

from trailguard._rule import rule
from trailguard.models.config import ConfigurationItem
from trailguard.rules._addresses import public_addresses
from trailguard.rules._json import items, state, text
from trailguard.verdict import Severity, Violation

_GONE = ("shutting-down", "terminated")


@rule(
    on="AWS::EC2::Instance",
    severity=Severity.HIGH,
    title="Instance has a public address",
    references=["https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-instance-addressing.html"],
)
def instance_has_public_address(item: ConfigurationItem) -> Iterator[Violation]:
    """An instance has a public IPv4 address, its own or an Elastic IP address, on any of its interfaces.

    Only security groups and network ACLs are left between such an instance and the internet: one mistake in
    them, and whatever listens on it is open to everybody.

    Known false positives: bastion hosts, public servers, and instances in subnets without a route to an
    internet gateway. Not seen: IPv6 addresses, the carrier addresses of Wavelength Zones, and load balancers
    that pass the internet on to an instance.
    """
    if state(item.configuration.get("state")) in _GONE:
        return
    first = text(item.configuration.get("publicIpAddress"))
    others = public_addresses(items(item.configuration.get("networkInterfaces")))
    for address in dict.fromkeys([first, *others] if first else others):
        yield Violation(
            f"the instance has the public address {address}",
            evidence={
                "instance_id": item.resource_id,
                "public_ip": address,
                "subnet_id": text(item.configuration.get("subnetId")),
            },
        )
