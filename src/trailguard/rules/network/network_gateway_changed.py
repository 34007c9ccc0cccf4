"""A gateway of a network was changed."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._ec2 import resource_of
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "ec2:CreateInternetGateway",
        "ec2:AttachInternetGateway",
        "ec2:DeleteInternetGateway",
        "ec2:DetachInternetGateway",
        "ec2:CreateCustomerGateway",
        "ec2:DeleteCustomerGateway",
        "ec2:CreateVpnConnection",
        "ec2:CreateClientVpnEndpoint",
        "ec2:CreateEgressOnlyInternetGateway",
    ],
    severity=Severity.LOW,
    title="Network gateway changed",
    references=["https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html"],
    tags=["mitre:T1562.007", "cis:4.12", "strict"],
)
def network_gateway_changed(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody made or took away a way out of a network: an internet or customer gateway, or a VPN.

    The CIS benchmark wants to know of each. ``internet-gateway-attached`` tells of those that open
    something.

    Known false positives: each change of infrastructure; services' calls do not count unless
    ``service_calls`` says so. Except pipelines by ``actor``.
    """
    if not params.count(event):
        return None
    resource = resource_of(event)
    return Violation(f"{event.actor} called {event.action} on {resource or '(not named)'}", resource=resource)
