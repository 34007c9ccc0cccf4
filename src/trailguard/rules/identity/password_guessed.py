"""The password of one user is tried again and again."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.verdict import Severity, Violation
from trailguard.windows import Threshold


@rule(
    on="signin:ConsoleLogin",
    outcome="failure",
    severity=Severity.MEDIUM,
    title="Password of a user tried again and again",
    references=[
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html"
    ],
    tags=["mitre:T1110.001", "cis:4.6"],
    threshold=Threshold(10, within="1h", by=["account_id", "actor"]),
)
def password_guessed(event: CloudTrailEvent) -> Violation:
    """Ten sign-ins of one user to the console failed within an hour.

    Somebody guesses, or goes through passwords that leaked elsewhere.

    Known false positives: a user who has forgotten the password, or a browser that remembers an old one;
    ask.
    """
    return Violation(f"sign-in of {event.actor} failed", resource=event.actor.name)
