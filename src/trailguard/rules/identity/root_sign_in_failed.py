"""Somebody tries to sign in as the root user."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.verdict import Severity, Violation
from trailguard.windows import Threshold


@rule(
    on=Match("signin:ConsoleLogin", identity="Root", outcome="failure"),
    severity=Severity.MEDIUM,
    title="Sign-ins of the root user failed",
    references=[
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html"
    ],
    tags=["mitre:T1110", "cis:4.6"],
    threshold=Threshold(3, within="1h", by="account_id"),
)
def root_sign_in_failed(event: CloudTrailEvent) -> Violation:
    """Three sign-ins of an account's root user failed within an hour.

    The mail address is all one needs to know to try.

    Known false positives: somebody who has forgotten the password; ask. A single failure is not told.
    """
    return Violation(f"sign-in of {event.actor} failed", resource=event.account_id)
