"""An instance has a public address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from trailguard._rule import rule
from trailguard.models.config import ConfigurationItem
from trailguard.rules._ec2 import items, text
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
    if _state(item.configuration.get("state")) in _GONE:
        return
    for address in _addresses(item.configuration):
        yield Violation(
            f"the instance has the public address {address}",
            evidence={
                "instance_id": item.resource_id,
                "public_ip": address,
                "subnet_id": text(item.configuration.get("subnetId")),
            },
        )


def _addresses(configuration: dict[str, Any]) -> list[str]:
    """Return the public addresses, once each: the first one is written down in three places."""
    found = [configuration.get("publicIpAddress")]
    for interface in items(configuration.get("networkInterfaces")):
        for holder in (interface, *items(interface.get("privateIpAddresses"))):
            found += [association.get("publicIp") for association in items(holder.get("association"))]
    return list(dict.fromkeys(address for address in map(text, found) if address))


def _state(value: object) -> str | None:
    """Return the word for a state, however its producer wrote it; None where there is none."""
    spelled = [value.get(key) for key in ("value", "name")] if isinstance(value, dict) else [value]
    return next(filter(None, map(text, spelled)), None)
