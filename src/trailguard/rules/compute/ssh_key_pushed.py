"""A key was pushed to an instance, to log in with at once."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation

_SERIAL = "ec2-instance-connect:SendSerialConsoleSSHPublicKey"


@rule(
    on=["ec2-instance-connect:SendSSHPublicKey", _SERIAL],
    severity=Severity.LOW,
    title="SSH key pushed to an instance",
    references=[
        "https://docs.aws.amazon.com/ec2-instance-connect/latest/APIReference/API_SendSSHPublicKey.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-serial-console.html",
    ],
    tags=["mitre:T1021.004", "mitre:T1098.004"],
)
def ssh_key_pushed(event: CloudTrailEvent) -> Violation:
    """Somebody pushed an SSH key to an instance, good for a minute; to its serial console is medium.

    It is a way in that leaves no key behind, and the serial console works without any network.

    Known false positives: teams that work so every day; except them by ``actor``.
    ``sessions-on-many-instances`` tells what is more than that.
    """
    request = event.request_parameters
    instance, user = first_text(request.get("instanceId")), first_text(request.get("instanceOSUser"))
    to_serial = event.action == _SERIAL
    where = "the serial console of " if to_serial else ""
    return Violation(
        f"{event.actor} pushed an SSH key to {where}{instance or 'an instance that is not named'}",
        resource=instance,
        severity=Severity.MEDIUM if to_serial else None,
        evidence={"user": user} if user else {},
    )
