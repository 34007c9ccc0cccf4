"""A copy of a database was made of a snapshot, or of an earlier state."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules.data._backups import BACKUP_NAMES
from trailguard.rules.data._databases import DATABASE_NAMES
from trailguard.rules.data._spelling import named
from trailguard.verdict import Severity, Violation

_SOURCES = (*BACKUP_NAMES, "sourcedbinstanceidentifier", "sourcedbclusteridentifier", "sourcetablename")


@rule(
    on=[
        "rds:RestoreDBInstanceFromDBSnapshot",
        "rds:RestoreDBInstanceToPointInTime",
        "rds:RestoreDBClusterFromSnapshot",
        "rds:RestoreDBClusterToPointInTime",
        "redshift:RestoreFromClusterSnapshot",
        "redshift-serverless:RestoreFromSnapshot",
        "dynamodb:RestoreTableFromBackup",
        "dynamodb:RestoreTableToPointInTime",
    ],
    severity=Severity.LOW,
    title="Database restored",
    references=["https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RestoreFromSnapshot.html"],
    tags=["mitre:T1578.002", "mitre:T1213.006"],
)
def database_restored(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody made a second database of a snapshot or of an earlier state of one.

    The copy can have another network, other security groups and another password, and no application
    notices: so the data of a closed database is brought to where it can be read.

    Known false positives: drills, tests with real data, and repairs; except those who do them by ``actor``.
    Services' calls do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    target = named(event, DATABASE_NAMES)
    source = named(event, _SOURCES)
    return Violation(
        f"{event.actor} restored {source or 'a backup'} as the database {target or '(not named)'}",
        resource=target,
        evidence={"source": source},
    )
