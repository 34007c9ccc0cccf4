"""A VPC or a peering was changed."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._ec2 import resource_of
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "ec2:CreateVpc",
        "ec2:DeleteVpc",
        "ec2:ModifyVpcAttribute",
        "ec2:AcceptVpcPeeringConnection",
        "ec2:CreateVpcPeeringConnection",
        "ec2:DeleteVpcPeeringConnection",
        "ec2:RejectVpcPeeringConnection",
        "ec2:AttachClassicLinkVpc",
        "ec2:DetachClassicLinkVpc",
        "ec2:EnableVpcClassicLink",
        "ec2:DisableVpcClassicLink",
        "ec2:AssociateDhcpOptions",
    ],
    severity=Severity.LOW,
    title="VPC changed",
    references=["https://docs.aws.amazon.com/vpc/latest/userguide/what-is-amazon-vpc.html"],
    tags=["mitre:T1578.005", "cis:4.14", "strict"],
)
def vpc_changed(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody created, changed or deleted a VPC, or a peering of it.

    The CIS benchmark wants to know of each.

    Known false positives: each change of infrastructure; services' calls do not count unless
    ``service_calls`` says so. Except pipelines by ``actor``.
    """
    if not params.count(event):
        return None
    resource = resource_of(event)
    return Violation(f"{event.actor} called {event.action} on {resource or '(not named)'}", resource=resource)
