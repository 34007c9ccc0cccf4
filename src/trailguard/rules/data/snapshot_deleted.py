"""A snapshot of a volume or a machine image was deleted."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._ec2 import resource_of
from trailguard.verdict import Severity, Violation


@rule(
    on=["ec2:DeleteSnapshot", "ec2:DeregisterImage"],
    severity=Severity.LOW,
    title="Snapshot or image deleted",
    references=["https://docs.aws.amazon.com/ebs/latest/userguide/ebs-deleting-snapshot.html"],
    tags=["mitre:T1485", "mitre:T1490", "strict"],
)
def snapshot_deleted(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody deleted a snapshot of a volume, or a machine image.

    Snapshots are backups to some, and evidence to others: of a server that was broken into, one may be all
    that is left.

    Known false positives: builds and scripts that tidy up, every day; except them by ``actor``. Services'
    calls do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    deleted = resource_of(event)
    return Violation(
        f"{event.actor} called {event.action} for {deleted or 'one that is not named'}", resource=deleted
    )
