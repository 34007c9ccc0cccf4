"""Somebody in another account assumed a role of this one."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Trusted
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on="sts:AssumeRole",
    severity=Severity.LOW,
    title="Role assumed from another account",
    references=["https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"],
    tags=["mitre:T1199", "mitre:T1548.005", "strict"],
)
def role_assumed_in_another_account(event: CloudTrailEvent, params: Trusted) -> Violation | None:
    """Somebody in another account assumed a role.

    Who comes and goes is worth knowing where few should.

    Known false positives: accounts of your own and vendors: name them in ``trusted_accounts``.
    """
    caller = event.actor.account_id
    if caller is None or not params.strangers([caller], event):
        return None
    role = first_text(event.request_parameters.get("roleArn"))
    return Violation(f"{event.actor} of {caller} assumed the role {role or '(not named)'}", resource=role)
