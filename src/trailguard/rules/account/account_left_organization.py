"""An account left its organization, or tried to."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        Match("organizations:LeaveOrganization"),
        Match("organizations:LeaveOrganization", error="AccessDenied*"),
    ],
    severity=Severity.CRITICAL,
    title="Account left its organization",
    references=["https://docs.aws.amazon.com/organizations/latest/APIReference/API_LeaveOrganization.html"],
    tags=["mitre:T1666", "mitre:T1562.001", "cis:4.15"],
)
def account_left_organization(event: CloudTrailEvent) -> Violation:
    """Somebody took an account out of its organization, or was denied it.

    With the organization go its service control policies, its trail, and whoever in the management account
    could help. It is also how an account is taken away altogether.

    Known false positives: an account that is sold or moved on purpose, which somebody knows; no exception
    should stand for long. Denied attempts are high: hardly anybody tries it by mistake.
    """
    account = event.account_id
    if not event.succeeded:
        return Violation(
            f"{event.actor} tried to take the account {account} out of its organization",
            resource=account,
            severity=Severity.HIGH,
        )
    return Violation(f"{event.actor} took the account {account} out of its organization", resource=account)
