"""A backup of a database or file system was deleted."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules.data._backups import BACKUP_DELETIONS, BACKUP_NAMES
from trailguard.rules.data._spelling import named
from trailguard.verdict import Severity, Violation


@rule(
    on=BACKUP_DELETIONS,
    severity=Severity.LOW,
    title="Backup deleted",
    references=[
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/deleting-backups.html",
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteSnapshot.html",
    ],
    tags=["mitre:T1490", "mitre:T1485"],
)
def backup_deleted(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody deleted a recovery point of AWS Backup, or a snapshot or backup of a database or file system.

    Without it there may be no way back from a deletion, or from data that somebody encrypted. Recovery points
    end by their plan's schedule; that a person deletes one is seldom, and worse than a snapshot's end.

    Known false positives: scripts that keep so many snapshots; except them by ``actor``. Services that
    delete what is out of date do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    backup = named(event, BACKUP_NAMES)
    return Violation(
        f"{event.actor} deleted the backup {backup or '(not named)'} ({event.action})",
        resource=backup,
        severity=Severity.MEDIUM if event.service == "backup" else Severity.LOW,
    )
