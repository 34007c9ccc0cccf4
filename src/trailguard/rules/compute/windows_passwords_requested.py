"""One caller asks for the passwords of several Windows instances."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation
from trailguard.windows import Threshold


@rule(
    on=Match("ec2:GetPasswordData", outcome="any"),
    severity=Severity.MEDIUM,
    title="Windows passwords requested",
    references=["https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetPasswordData.html"],
    tags=["mitre:T1552.005", "mitre:T1555.006"],
    threshold=Threshold(5, within="10m", by="actor", distinct="resource"),
)
def windows_passwords_requested(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """One caller asked for the administrator's password of five instances within ten minutes.

    The password is encrypted with the instance's key pair; whoever has that as well is the administrator.
    Denied calls count, too.

    Known false positives: administrators who set up many machines; except them by ``actor``. Services'
    calls do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    instance = first_text(event.request_parameters.get("instanceId"))
    return Violation(
        f"{event.actor} asked for the password of the instance {instance or '(not named)'}", resource=instance
    )
