"""An access key was made for an IAM user."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on="iam:CreateAccessKey",
    severity=Severity.MEDIUM,
    title="Access key created",
    references=["https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccessKey.html"],
    tags=["mitre:T1098.001", "cis:4.4"],
)
def access_key_created(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody made an access key for another IAM user. One's own is low.

    A key works from anywhere, without MFA, until somebody takes it away: the favourite of intruders who
    want to come back.

    Known false positives: administrators and Terraform that make users with keys; except them by ``actor``.
    Better: no keys at all.
    """
    if not params.count(event):
        return None
    user = first_text(event.request_parameters.get("userName")) or event.actor.user_name
    own = user is not None and user == event.actor.user_name
    return Violation(
        f"{event.actor} made an access key for {user or '(not named)'}",
        resource=user,
        severity=Severity.LOW if own else None,
    )
