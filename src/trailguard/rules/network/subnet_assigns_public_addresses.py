"""A subnet gives public addresses to whatever is launched in it."""

from __future__ import annotations

from collections.abc import Iterator

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._addresses import addresses_handed_out
from trailguard.rules._json import items, text
from trailguard.verdict import Severity, Violation


@rule(
    on=["ec2:ModifySubnetAttribute", "ec2:CreateSubnet", "ec2:CreateDefaultSubnet"],
    severity=Severity.LOW,
    title="Subnet assigns public addresses by itself",
    references=[
        "https://docs.aws.amazon.com/vpc/latest/userguide/subnet-public-ip.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifySubnetAttribute.html",
    ],
)
def subnet_assigns_public_addresses(event: CloudTrailEvent) -> Iterator[Violation]:
    """A subnet assigns public IPv4 addresses, or IPv6 addresses, to new network interfaces by itself.

    Whoever launches an instance there puts it on the internet without asking for it. IPv6 addresses count
    because they are public ones: there is no translation to hide behind.

    Known false positives: subnets that are meant to be public, and IPv6 in subnets whose only way out is an
    egress-only internet gateway. Not seen: the subnets that a default VPC is made with.
    """
    made = items(event.response_elements.get("subnet"))
    subnet = made[0] if made else event.request_parameters
    identifier = text(subnet.get("subnetId"))
    for attribute, addresses in addresses_handed_out(subnet):
        yield Violation(
            f"{event.actor} had {identifier or 'a subnet'} assign {addresses} to what is launched in it",
            resource=identifier,
            evidence={"subnet_id": identifier, "attribute": attribute},
        )
