"""Snapshots or images of a region may be made public again."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.verdict import Severity, Violation

_THINGS = {
    "ec2:DisableSnapshotBlockPublicAccess": "snapshots",
    "ec2:DisableImageBlockPublicAccess": "machine images",
}


@rule(
    on=list(_THINGS),
    severity=Severity.HIGH,
    title="Public sharing of snapshots or images unblocked",
    references=[
        "https://docs.aws.amazon.com/ebs/latest/userguide/block-public-access-snapshots.html",
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/block-public-access-to-amis.html",
    ],
    tags=["mitre:T1537", "mitre:T1578.005"],
)
def public_sharing_unblocked(event: CloudTrailEvent) -> Violation:
    """Somebody took away what keeps the snapshots or machine images of a region from being made public.

    It is the step before one of them is shared with everybody, and snapshots that were public before the
    block are public again at once.

    Known false positives: companies that publish images from an account of its own; except it by
    ``account``.
    """
    things = _THINGS.get(event.action, "snapshots or images")
    return Violation(
        f"{event.actor} allowed {things} of {event.aws_region or 'a region'} to be made public",
        resource=event.aws_region,
    )
