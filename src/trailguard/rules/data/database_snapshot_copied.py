"""A snapshot of a database was copied."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules.data._spelling import named
from trailguard.verdict import Severity, Violation

_NAMES = (
    "sourcedbsnapshotidentifier",
    "sourcedbclustersnapshotidentifier",
    "sourcesnapshotidentifier",
    "snapshotarn",
)


@rule(
    on=[
        "rds:CopyDBSnapshot",
        "rds:CopyDBClusterSnapshot",
        "redshift:CopyClusterSnapshot",
        "docdb-elastic:CopyClusterSnapshot",
    ],
    severity=Severity.LOW,
    title="Snapshot of a database copied",
    references=["https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CopySnapshot.html"],
    tags=["mitre:T1537", "strict"],
)
def database_snapshot_copied(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody copied a snapshot of a database, maybe to another region, or with another key.

    A snapshot that is encrypted with the default key cannot be shared; a copy with another key can.

    Known false positives: backups that are kept in a second region by people or scripts; except them by
    ``actor``. Services' calls do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    snapshot = named(event, _NAMES)
    return Violation(
        f"{event.actor} copied the database snapshot {snapshot or '(not named)'}", resource=snapshot
    )
