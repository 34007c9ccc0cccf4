"""An account was closed, or removed from the organization."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "organizations:CloseAccount",
        "account:CloseAccount",
        "organizations:RemoveAccountFromOrganization",
        "organizations:DeleteOrganization",
    ],
    severity=Severity.HIGH,
    title="Account closed or removed",
    references=[
        "https://docs.aws.amazon.com/organizations/latest/APIReference/API_CloseAccount.html",
        "https://docs.aws.amazon.com/organizations/latest/APIReference/API_RemoveAccountFromOrganization.html",
    ],
    tags=["mitre:T1531", "mitre:T1485", "cis:4.15"],
    lint_ignore=["TG102"],  # the console calls account:CloseAccount
)
def account_removed(event: CloudTrailEvent) -> Violation:
    """Somebody closed an account, removed it from the organization, or deleted the organization.

    What is in a closed account stops at once, and is gone after 90 days. A removed account is under
    nobody's policies.

    Known false positives: accounts that are given up, as those of sandboxes are; except by ``actor`` who
    does that.
    """
    named = first_text(event.request_parameters.get("accountId"))
    return Violation(
        f"{event.actor} called {event.action} on {named or 'an account that is not named'}", resource=named
    )
