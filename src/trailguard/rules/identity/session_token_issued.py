"""A session was made of the keys of an IAM user."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on="sts:GetSessionToken",
    severity=Severity.LOW,
    title="Session token issued",
    references=["https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html"],
    tags=["mitre:T1550.001", "strict"],
)
def session_token_issued(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """An IAM user asked for a session token.

    The session outlives the key by up to 36 hours. People ask for one to use MFA on the command line.

    Known false positives: everybody who does so.
    """
    if not params.count(event):
        return None
    named = first_text(event.request_parameters.get("serialNumber"))
    return Violation(
        f"{event.actor} made a session with {named or 'a device that is not named'}", resource=named
    )
