"""An IAM user was given a password for the console."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=["iam:CreateLoginProfile", "iam:UpdateLoginProfile"],
    severity=Severity.MEDIUM,
    title="Console password set",
    references=[
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateLoginProfile.html",
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateLoginProfile.html",
    ],
    tags=["mitre:T1098.001", "cis:4.4"],
)
def login_profile_created(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody gave another IAM user a password for the console, or a new one. One's own is low.

    Whoever may set passwords becomes whom they like, administrators included. A user that was made for a
    program has no use for one.

    Known false positives: the help desk, and administrators who make users for people; except them by
    ``actor``.
    """
    if not params.count(event):
        return None
    user = first_text(event.request_parameters.get("userName")) or event.actor.user_name
    own = user is not None and user == event.actor.user_name
    return Violation(
        f"{event.actor} set a password for the console for {user or '(not named)'}",
        resource=user,
        severity=Severity.LOW if own else None,
    )
