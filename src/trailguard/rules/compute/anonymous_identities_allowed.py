"""Strangers are given credentials of the account."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text, is_true
from trailguard.verdict import Severity, Violation


@rule(
    on=["cognito-identity:CreateIdentityPool", "cognito-identity:UpdateIdentityPool"],
    severity=Severity.MEDIUM,
    title="Identity pool lets strangers in",
    references=["https://docs.aws.amazon.com/cognito/latest/developerguide/identity-pools.html"],
    tags=["mitre:T1078.004", "mitre:T1199"],
)
def anonymous_identities_allowed(event: CloudTrailEvent) -> Violation | None:
    """Somebody made an identity pool of Cognito give credentials to people who have not signed in.

    What the role for them may do, everybody on the internet may.

    Known false positives: applications that need it; look at the role, and except the pool by ``resource``.
    """
    request = event.request_parameters
    if not is_true(request.get("allowUnauthenticatedIdentities")):
        return None
    pool = first_text(request.get("identityPoolId"), request.get("identityPoolName"))
    return Violation(
        f"{event.actor} lets strangers have credentials by the pool {pool or '(not named)'}", resource=pool
    )
