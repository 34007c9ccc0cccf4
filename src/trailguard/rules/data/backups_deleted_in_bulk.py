"""One caller deleted several backups."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules.data._backups import BACKUP_DELETIONS, BACKUP_NAMES
from trailguard.rules.data._spelling import named
from trailguard.verdict import Severity, Violation
from trailguard.windows import Threshold


@rule(
    on=["ec2:DeleteSnapshot", *BACKUP_DELETIONS],
    severity=Severity.MEDIUM,
    title="Several backups deleted",
    references=["https://docs.aws.amazon.com/ebs/latest/userguide/ebs-deleting-snapshot.html"],
    tags=["mitre:T1490", "mitre:T1485"],
    threshold=Threshold(5, within="1h", by="actor", distinct="resource"),
)
def backups_deleted_in_bulk(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """One caller deleted several snapshots, recovery points or backups within an hour.

    Whoever wants money for data that only they still have deletes what one could come back to, of all
    services and in a row.

    Known false positives: scripts that tidy up old snapshots; except them by ``actor``. Services that
    delete what is out of date do not count unless ``service_calls`` says so.
    """
    backup = named(event, BACKUP_NAMES)
    if backup is None or not params.count(event):
        return None
    return Violation(f"{event.actor} deleted the backup {backup} ({event.action})", resource=backup)
