"""An IAM user was created."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on="iam:CreateUser",
    severity=Severity.LOW,
    title="IAM user created",
    references=["https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateUser.html"],
    tags=["mitre:T1136.003", "cis:4.4"],
)
def user_created(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody created an IAM user.

    People come through Identity Center and programs by roles, so that new users are few. Intruders make one
    to come back as.

    Known false positives: accounts that still make users; except who does by ``actor``.
    """
    if not params.count(event):
        return None
    named = first_text(event.request_parameters.get("userName"))
    return Violation(f"{event.actor} created the user {named or 'one that is not named'}", resource=named)
