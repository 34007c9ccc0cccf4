"""AWS has found a key of yours in public."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=["iam:AttachUserPolicy", "iam:AttachRolePolicy", "iam:AttachGroupPolicy", "iam:PutUserPolicy"],
    severity=Severity.CRITICAL,
    title="Leaked key quarantined by AWS",
    references=[
        "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSCompromisedKeyQuarantineV3.html"
    ],
    tags=["mitre:T1552.001", "mitre:T1078.004"],
)
def quarantine_policy_attached(event: CloudTrailEvent) -> Violation | None:
    """The policy was attached by which AWS restrains users whose keys were found in public.

    The key is known to others already, and the policy stops but a part of what it may do. Rotate it now,
    and look at what it did.

    Known false positives: somebody who attaches the policy as a precaution.
    """
    request = event.request_parameters
    policy = first_text(request.get("policyArn"), request.get("policyName")) or ""
    if "AWSCompromisedKeyQuarantine" not in policy:
        return None
    user = first_text(*map(request.get, ("userName", "roleName", "groupName")))
    return Violation(
        f"{event.actor} put {user or '(not named)'} into quarantine: AWS found a key in public", resource=user
    )
