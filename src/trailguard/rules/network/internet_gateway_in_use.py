"""An internet gateway is attached to a VPC."""

from __future__ import annotations

from collections.abc import Iterator

from trailguard._rule import rule
from trailguard.models.config import ConfigurationItem
from trailguard.rules._json import items, state, text
from trailguard.verdict import Severity, Violation

_IN_USE = (None, "available", "attached", "attaching")


@rule(
    on="AWS::EC2::InternetGateway",
    severity=Severity.MEDIUM,
    title="Internet gateway in use",
    references=["https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html"],
)
def internet_gateway_in_use(item: ConfigurationItem) -> Iterator[Violation]:
    """An internet gateway is attached to a VPC, or is being attached.

    Such a VPC is one route away from the internet: with that and a public address, an instance can be
    reached by everybody, and can send data to anywhere.

    Known false positives: VPCs that are meant to be public, and gateways that no route leads to. Not seen:
    other ways out, such as NAT gateways, and those of networks that the VPC is connected to.
    """
    for attachment in items(item.configuration.get("attachments")):
        vpc = text(attachment.get("vpcId"))
        if vpc and state(attachment.get("state")) in _IN_USE:
            yield Violation(
                f"the internet gateway {item.resource_id} is attached to {vpc}",
                evidence={"internet_gateway_id": item.resource_id, "vpc_id": vpc},
            )
