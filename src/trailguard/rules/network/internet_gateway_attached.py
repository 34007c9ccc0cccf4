"""An internet gateway was attached to a VPC."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import text
from trailguard.verdict import Severity, Violation


@rule(
    on="ec2:AttachInternetGateway",
    severity=Severity.MEDIUM,
    title="Internet gateway attached to a VPC",
    references=["https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html"],
    tags=["mitre:T1562.007", "cis:4.12"],
)
def internet_gateway_attached(event: CloudTrailEvent) -> Violation:
    """An internet gateway was attached to a VPC.

    It is the first step by which a private network becomes a public one: with a route to the gateway and a
    public address, an instance is on the internet.

    Known false positives: VPCs that are meant to be public. Not seen: the gateway that a default VPC is
    made with.
    """
    gateway = text(event.request_parameters.get("internetGatewayId"))
    vpc = text(event.request_parameters.get("vpcId"))
    return Violation(
        f"{event.actor} attached the internet gateway {gateway or '(not named)'} to {vpc or 'a VPC'}",
        resource=gateway,
        evidence={"internet_gateway_id": gateway, "vpc_id": vpc},
    )
