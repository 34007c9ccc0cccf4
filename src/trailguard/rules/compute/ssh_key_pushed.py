"""Somebody was let into an instance by a key that holds for a minute."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "ec2-instance-connect:SendSSHPublicKey",
        "ec2-instance-connect:SendSerialConsoleSSHPublicKey",
        "ec2:EnableSerialConsoleAccess",
    ],
    severity=Severity.MEDIUM,
    title="SSH key pushed to an instance",
    references=[
        "https://docs.aws.amazon.com/ec2-instance-connect/latest/APIReference/API_SendSSHPublicKey.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-serial-console.html",
    ],
    tags=["mitre:T1021.004", "mitre:T1098.004"],
)
def ssh_key_pushed(event: CloudTrailEvent) -> Violation:
    """Somebody pushed an SSH key to an instance, or to its serial console, or enabled serial consoles.

    It is a way in that leaves no key behind, and the serial console works without any network.

    Known false positives: teams that work so every day; except them by ``actor``, or lower the severity.
    """
    named = first_text(event.request_parameters.get("instanceId"))
    return Violation(
        f"{event.actor} called {event.action} for {named or 'one that is not named'}", resource=named
    )
