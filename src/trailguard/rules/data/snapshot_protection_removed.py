"""A snapshot or image lost what keeps it from being deleted."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._ec2 import request_of
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation

_NAMES = ("snapshotId", "imageId", "identifier")


@rule(
    on=[
        "ec2:UnlockSnapshot",
        "ec2:DisableImageDeregistrationProtection",
        "rbin:DeleteRule",
        "rbin:UnlockRule",
    ],
    severity=Severity.MEDIUM,
    title="Protection of snapshots removed",
    references=[
        "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-snapshot-lock.html",
        "https://docs.aws.amazon.com/ebs/latest/userguide/recycle-bin.html",
    ],
    tags=["mitre:T1490"],
)
def snapshot_protection_removed(event: CloudTrailEvent) -> Violation:
    """Somebody unlocked a snapshot, or took away the recycle bin or the protection of an image.

    Locks and recycle bins are there for the day on which somebody deletes the backups to be paid for their
    return. Whoever means to do that takes them away first.

    Known false positives: retention rules that are replaced by others; except whoever looks after backups by
    ``actor``. Not seen: a rule of the recycle bin that is made shorter.
    """
    protected = first_text(*map(request_of(event).get, _NAMES))
    return Violation(
        f"{event.actor} called {event.action} for {protected or 'one that is not named'}", resource=protected
    )
