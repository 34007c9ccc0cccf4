"""A device for MFA was taken from somebody."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=["iam:DeactivateMFADevice", "iam:DeleteVirtualMFADevice"],
    severity=Severity.MEDIUM,
    title="MFA device deactivated",
    references=["https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeactivateMFADevice.html"],
    tags=["mitre:T1556.006", "cis:4.4"],
)
def mfa_device_deactivated(event: CloudTrailEvent) -> Violation:
    """Somebody deactivated or deleted a device for MFA; the root user's is high.

    From then on a password alone is enough, and policies that ask for MFA lock its owner out.

    Known false positives: people who get a new phone; the help desk (except it by ``actor``).
    """
    request = event.request_parameters
    user, serial = first_text(request.get("userName")), first_text(request.get("serialNumber"))
    of_root = event.actor.is_root or (serial or "").endswith("root-account-mfa-device")
    return Violation(
        f"{event.actor} deactivated the MFA device {serial or '(not named)'}{f' of {user}' if user else ''}",
        resource=user or serial,
        severity=Severity.HIGH if of_root else None,
    )
