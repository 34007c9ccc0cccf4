"""A subnet hands out public addresses."""

from __future__ import annotations

from collections.abc import Iterator

from trailguard._rule import rule
from trailguard.models.config import ConfigurationItem
from trailguard.rules._addresses import addresses_handed_out
from trailguard.verdict import Severity, Violation


@rule(
    on="AWS::EC2::Subnet",
    severity=Severity.MEDIUM,
    title="Subnet hands out public addresses",
    references=["https://docs.aws.amazon.com/vpc/latest/userguide/subnet-public-ip.html"],
)
def subnet_hands_out_public_addresses(item: ConfigurationItem) -> Iterator[Violation]:
    """A subnet assigns public IPv4 addresses, or IPv6 addresses, to new network interfaces by itself.

    Whoever launches an instance there puts it on the internet without asking for it. IPv6 addresses count
    because they are public ones: there is no translation to hide behind.

    Known false positives: subnets that are meant to be public, those of default VPCs, and IPv6 in subnets
    whose only way out is an egress-only internet gateway. Not seen: whether the subnet has a route to the
    internet, and instances that were launched with a public address of their own.
    """
    for attribute, addresses in addresses_handed_out(item.configuration):
        yield Violation(
            f"{item.resource_id} assigns {addresses} to what is launched in it",
            evidence={"subnet_id": item.resource_id, "attribute": attribute},
        )
