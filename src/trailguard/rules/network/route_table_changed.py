"""A route or route table was changed."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._ec2 import resource_of
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "ec2:CreateRoute",
        "ec2:CreateRouteTable",
        "ec2:ReplaceRoute",
        "ec2:ReplaceRouteTableAssociation",
        "ec2:DeleteRouteTable",
        "ec2:DeleteRoute",
        "ec2:DisassociateRouteTable",
        "ec2:AssociateRouteTable",
    ],
    severity=Severity.LOW,
    title="Route table changed",
    references=["https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html"],
    tags=["mitre:T1578.005", "cis:4.13", "strict"],
)
def route_table_changed(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody changed a route or a route table.

    The CIS benchmark wants to know of each: a route decides whether traffic goes past what inspects it.
    ``route-to-internet-gateway`` tells of those that open something.

    Known false positives: each change of infrastructure; services' calls do not count unless
    ``service_calls`` says so. Except pipelines by ``actor``.
    """
    if not params.count(event):
        return None
    resource = resource_of(event)
    return Violation(f"{event.actor} called {event.action} on {resource or '(not named)'}", resource=resource)
