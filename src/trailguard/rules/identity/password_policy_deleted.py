"""The rules for passwords were deleted or changed."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=["iam:DeleteAccountPasswordPolicy", "iam:UpdateAccountPasswordPolicy"],
    severity=Severity.MEDIUM,
    title="Password policy changed",
    references=[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html"
    ],
    tags=["mitre:T1556", "cis:4.4"],
)
def password_policy_deleted(event: CloudTrailEvent) -> Violation:
    """Somebody deleted or changed the account's rules for passwords of IAM users.

    Without them, short passwords do, and old ones stay for ever.

    Known false positives: baselines that set the policy again and again (except their ``actor``).
    """
    named = first_text(event.request_parameters.get("policyName"))
    return Violation(
        f"{event.actor} called {event.action} for {named or 'one that is not named'}", resource=named
    )
