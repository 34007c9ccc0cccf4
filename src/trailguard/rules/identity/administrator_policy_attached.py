"""AWS's policy for administrators was attached to somebody."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.rules._policy import is_administrative_policy
from trailguard.verdict import Severity, Violation


@rule(
    on=["iam:AttachUserPolicy", "iam:AttachRolePolicy", "iam:AttachGroupPolicy"],
    severity=Severity.HIGH,
    title="Administrator policy attached",
    references=[
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html",
        "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html",
    ],
    tags=["mitre:T1098.003", "cis:4.4"],
)
def administrator_policy_attached(event: CloudTrailEvent) -> Violation | None:
    """Somebody attached ``AdministratorAccess`` or ``IAMFullAccess`` to a user, a role or a group.

    Whoever holds it may do everything, or give themselves everything. It is the shortest way for an
    intruder to grow and to stay.

    Known false positives: the making of roles for administrators and deployers, which is seldom (except the
    pipeline that does it by ``actor``). Not seen: policies of your own that allow as much;
    ``administrative-policy-written`` looks at these when they are written.
    """
    request = event.request_parameters
    policy = first_text(request.get("policyArn"))
    if policy is None or not is_administrative_policy(policy):
        return None
    whom = first_text(request.get("userName"), request.get("roleName"), request.get("groupName"))
    return Violation(
        f"{event.actor} attached {policy.rpartition('/')[2]} to {whom or '(not named)'}",
        resource=whom,
        evidence={"policy_arn": policy},
    )
