"""Who may assume a role was changed."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on="iam:UpdateAssumeRolePolicy",
    severity=Severity.LOW,
    title="Trust of a role changed",
    references=["https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAssumeRolePolicy.html"],
    tags=["mitre:T1098.003", "cis:4.4", "strict"],
)
def role_trust_changed(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody changed the trust policy of a role that is there.

    It is seldom changed after a role is made. Other rules tell of trust in everybody and in other accounts.

    Known false positives: changes of infrastructure; except pipelines by ``actor``.
    """
    if not params.count(event):
        return None
    named = first_text(event.request_parameters.get("roleName"))
    return Violation(
        f"{event.actor} changed who may assume the role {named or 'one that is not named'}", resource=named
    )
