"""One address tries passwords of several users."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.verdict import Severity, Violation
from trailguard.windows import Threshold


@rule(
    on="signin:ConsoleLogin",
    outcome="failure",
    severity=Severity.HIGH,
    title="Passwords of several users tried",
    references=[
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html"
    ],
    tags=["mitre:T1110.003", "cis:4.6"],
    threshold=Threshold(5, within="1h", by="source_ip", distinct="actor"),
)
def passwords_sprayed(event: CloudTrailEvent) -> Violation:
    """Sign-ins to the console failed for five different users within an hour, from one address.

    Whoever sprays tries one likely password for everybody, so that nobody is locked out.

    Known false positives: an office behind one address on a bad morning; except it by raising its severity,
    or by ``actor``. CloudTrail hides names of users that there are not: all of these are one.
    """
    address = event.source_ip_address or "an unknown address"
    return Violation(f"sign-in of {event.actor} failed, from {address}", resource=event.source_ip_address)
