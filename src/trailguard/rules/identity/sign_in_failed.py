"""A sign-in to the console failed."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.verdict import Severity, Violation


@rule(
    on="signin:ConsoleLogin",
    outcome="failure",
    severity=Severity.LOW,
    title="Sign-in failed",
    references=[
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html"
    ],
    tags=["mitre:T1110", "cis:4.6", "strict"],
)
def sign_in_failed(event: CloudTrailEvent) -> Violation:
    """A sign-in to the console failed.

    One failure says little; the CIS benchmark wants to count them all. Other rules tell of many.

    Known false positives: everybody mistypes.
    """
    why = event.error_message or "no reason given"
    return Violation(f"sign-in of {event.actor} failed: {why}", resource=event.actor.name)
