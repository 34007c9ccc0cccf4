"""A database or file system is not backed up by itself any more."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first, first_text
from trailguard.rules.data._databases import DATABASE_NAMES
from trailguard.rules.data._spelling import fields, is_false, is_zero, named
from trailguard.verdict import Severity, Violation

_RETENTIONS = ("backupretentionperiod", "automatedsnapshotretentionperiod", "snapshotretentionlimit")
_FILE_SYSTEMS = ("windowsConfiguration", "lustreConfiguration", "ontapConfiguration", "openZFSConfiguration")
_DATABASES = {"dynamodb", "rds", "redshift"}


@rule(
    on=[
        "rds:ModifyDBInstance",
        "rds:StopDBInstanceAutomatedBackupsReplication",
        "redshift:ModifyCluster",
        "redshift:DisableSnapshotCopy",
        "dynamodb:UpdateContinuousBackups",
        "elasticache:ModifyReplicationGroup",
        "elasticache:ModifyCacheCluster",
        "memorydb:UpdateCluster",
        "elasticfilesystem:PutBackupPolicy",
        "fsx:UpdateFileSystem",
    ],
    severity=Severity.MEDIUM,
    title="Automatic backups disabled",
    references=[
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html",
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery.html",
        "https://docs.aws.amazon.com/efs/latest/ug/awsbackup.html",
    ],
    tags=["mitre:T1490"],
)
def automatic_backups_disabled(event: CloudTrailEvent) -> Violation | None:
    """Somebody turned off the automatic backups of a database or file system, or their copies elsewhere.

    With the setting, the backups that were made by it go away: those of RDS at once, and all points in time
    of DynamoDB. Caches and file systems, which are often made without, are low.

    Known false positives: databases that are for tests, and those that something else backs up; except them
    by ``resource``. Not seen: a time to keep that is made shorter but not nought.
    """
    if not _stops(event):
        return None
    stored = named(event, (*DATABASE_NAMES, "filesystemid", "sourcedbinstancearn"))
    return Violation(
        f"{event.actor} turned off automatic backups of {stored or '(not named)'} by {event.action}",
        resource=stored,
        severity=Severity.MEDIUM if event.service in _DATABASES else Severity.LOW,
    )


def _stops(event: CloudTrailEvent) -> bool:
    if event.event_name.startswith(("Stop", "Disable")):
        return True
    request = event.request_parameters
    recovery = first(request.get("pointInTimeRecoverySpecification"))
    file_systems = [first(request.get(key)) for key in _FILE_SYSTEMS]
    return (
        any(is_zero(fields(request).get(key)) for key in _RETENTIONS)
        or is_false(recovery.get("pointInTimeRecoveryEnabled"))
        or first_text(first(request.get("backupPolicy")).get("status")) == "DISABLED"
        or any(is_zero(one.get("automaticBackupRetentionDays")) for one in file_systems)
    )
