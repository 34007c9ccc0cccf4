"""New volumes are not encrypted any more unless somebody asks for it."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.verdict import Severity, Violation


@rule(
    on="ec2:DisableEbsEncryptionByDefault",
    severity=Severity.MEDIUM,
    title="Default encryption of volumes disabled",
    references=["https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html"],
    tags=["mitre:T1578.005"],
)
def ebs_default_encryption_disabled(event: CloudTrailEvent) -> Violation:
    """Somebody turned off the setting by which new volumes of a region are encrypted.

    Volumes and snapshots that are made from now on have no key that guards them: they can be shared with
    other accounts, and with everybody, without one. What is there stays as it is.

    Known false positives: tests of software that cannot do with encrypted volumes; except their account by
    ``account``.
    """
    return Violation(
        f"{event.actor} turned off the default encryption of volumes in {event.aws_region or 'a region'}",
        resource=event.aws_region,
    )
