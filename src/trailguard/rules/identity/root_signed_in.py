"""The root user of an account signed in to the console."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.verdict import Severity, Violation


@rule(
    on=Match("signin:ConsoleLogin", identity="Root"),
    severity=Severity.HIGH,
    title="Root user signed in",
    references=[
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/enable-virt-mfa-for-root.html",
    ],
    tags=["mitre:T1078.004", "cis:4.3", "cis:4.2"],
)
def root_signed_in(event: CloudTrailEvent) -> Violation:
    """Somebody signed in to the console as the root user; without MFA that is critical.

    Root may do everything, close the account included. A password alone is all that stood before it, where
    MFA was not asked for.

    Known false positives: the few tasks that need root; ask who did it.
    """
    if event.mfa:
        return Violation(f"{event.actor} signed in to the console", resource=event.account_id)
    return Violation(
        f"{event.actor} signed in to the console without MFA",
        resource=event.account_id,
        severity=Severity.CRITICAL,
    )
