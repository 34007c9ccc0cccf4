"""Instances can be reached by their serial consoles."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.verdict import Severity, Violation


@rule(
    on="ec2:EnableSerialConsoleAccess",
    severity=Severity.MEDIUM,
    title="Serial consoles enabled",
    references=[
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configure-access-to-serial-console.html"
    ],
    tags=["mitre:T1021.008", "mitre:T1578.005"],
)
def serial_console_enabled(event: CloudTrailEvent) -> Violation:
    """Somebody made the serial consoles of all instances of a region usable.

    One logs in there without any network: security groups and the like do not matter.

    Known false positives: whoever mends an instance that cannot be reached; seldom. Except regions where
    you want it by ``resource``.
    """
    return Violation(
        f"{event.actor} enabled the serial consoles of {event.aws_region or 'a region'}",
        resource=event.aws_region,
    )
