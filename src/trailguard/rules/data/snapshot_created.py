"""A snapshot of a volume or a database was made."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules.data._spelling import named
from trailguard.verdict import Severity, Violation

_NAMES = (
    "volumeid",
    "instanceid",
    "dbinstanceidentifier",
    "dbclusteridentifier",
    "clusteridentifier",
    "namespacename",
    "tablename",
)


@rule(
    on=[
        "ec2:CreateSnapshot",
        "ec2:CreateImage",
        "rds:CreateDBSnapshot",
        "rds:CreateDBClusterSnapshot",
        "redshift:CreateClusterSnapshot",
        "redshift-serverless:CreateSnapshot",
        "dynamodb:CreateBackup",
    ],
    severity=Severity.LOW,
    title="Snapshot created",
    references=["https://docs.aws.amazon.com/ebs/latest/userguide/ebs-creating-snapshot.html"],
    tags=["mitre:T1578.001", "strict"],
)
def snapshot_created(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody made a snapshot of a volume, or an image of an instance, or a snapshot of a database.

    A copy is where theft of a disk or a database begins: it is shared, exported, or restored where the thief
    can read it.

    Known false positives: backups that are made by people or scripts, and builds of images; except them by
    ``actor``. Services' calls do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    copied = named(event, _NAMES)
    return Violation(
        f"{event.actor} called {event.action} of {copied or 'something that is not named'}", resource=copied
    )
