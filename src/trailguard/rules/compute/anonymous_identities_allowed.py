"""Strangers are given credentials of the account."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first, first_text, is_true
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "cognito-identity:CreateIdentityPool",
        "cognito-identity:UpdateIdentityPool",
        "cognito-identity:SetIdentityPoolRoles",
    ],
    severity=Severity.MEDIUM,
    title="Identity pool lets strangers in",
    references=["https://docs.aws.amazon.com/cognito/latest/developerguide/identity-pools.html"],
    tags=["mitre:T1078.004", "mitre:T1199"],
)
def anonymous_identities_allowed(event: CloudTrailEvent) -> Violation | None:
    """Somebody made an identity pool of Cognito give credentials to people who have not signed in.

    What the role for them may do, everybody on the internet may. That a pool has such a role is low: it
    works only where the pool lets strangers in.

    Known false positives: applications that need it; look at the role, and except the pool by ``resource``.
    """
    request = event.request_parameters
    pool = first_text(request.get("identityPoolId"), request.get("identityPoolName"))
    role = first_text(first(request.get("roles")).get("unauthenticated"))
    if is_true(request.get("allowUnauthenticatedIdentities")):
        did, severity = "lets strangers have credentials", None
    elif role is not None:
        did, severity = f"has the role {role} for strangers", Severity.LOW
    else:
        return None
    return Violation(
        f"{event.actor} {did} by the pool {pool or '(not named)'}", resource=pool, severity=severity
    )
