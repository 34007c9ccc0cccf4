"""A security group was changed."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._ec2 import resource_of
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "ec2:CreateSecurityGroup",
        "ec2:DeleteSecurityGroup",
        "ec2:AuthorizeSecurityGroupIngress",
        "ec2:AuthorizeSecurityGroupEgress",
        "ec2:RevokeSecurityGroupIngress",
        "ec2:RevokeSecurityGroupEgress",
        "ec2:ModifySecurityGroupRules",
    ],
    severity=Severity.LOW,
    title="Security group changed",
    references=["https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html"],
    tags=["mitre:T1562.007", "cis:4.10", "strict"],
)
def security_group_changed(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody created, changed or deleted a security group.

    The CIS benchmark wants to know of each. ``security-group-opened-to-internet`` tells of those that open
    something.

    Known false positives: each change of infrastructure; services' calls do not count unless
    ``service_calls`` says so. Except pipelines by ``actor``.
    """
    if not params.count(event):
        return None
    resource = resource_of(event)
    return Violation(f"{event.actor} called {event.action} on {resource or '(not named)'}", resource=resource)
