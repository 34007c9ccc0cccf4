"""A network ACL was changed."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._ec2 import resource_of
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "ec2:CreateNetworkAcl",
        "ec2:CreateNetworkAclEntry",
        "ec2:DeleteNetworkAcl",
        "ec2:DeleteNetworkAclEntry",
        "ec2:ReplaceNetworkAclEntry",
        "ec2:ReplaceNetworkAclAssociation",
    ],
    severity=Severity.LOW,
    title="Network ACL changed",
    references=["https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html"],
    tags=["mitre:T1562.007", "cis:4.11", "strict"],
)
def network_acl_changed(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody created, changed or deleted a network ACL.

    The CIS benchmark wants to know of each. ``network-acl-lets-everything-in`` tells of those that open
    something.

    Known false positives: each change of infrastructure; services' calls do not count unless
    ``service_calls`` says so. Except pipelines by ``actor``.
    """
    if not params.count(event):
        return None
    resource = resource_of(event)
    return Violation(f"{event.actor} called {event.action} on {resource or '(not named)'}", resource=resource)
