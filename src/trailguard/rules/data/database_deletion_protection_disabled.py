"""A database lost its protection against deletion."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules.data._databases import DATABASE_NAMES
from trailguard.rules.data._spelling import fields, is_false, named
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "rds:ModifyDBInstance",
        "rds:ModifyDBCluster",
        "rds:ModifyGlobalCluster",
        "dynamodb:UpdateTable",
        "neptune-graph:UpdateGraph",
        "dsql:UpdateCluster",
    ],
    severity=Severity.LOW,
    title="Deletion protection of a database disabled",
    references=[
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html",
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/WorkingWithTables.Basics.html",
    ],
    tags=["mitre:T1485"],
)
def database_deletion_protection_disabled(event: CloudTrailEvent) -> Violation | None:
    """Somebody turned off the protection that keeps a database from being deleted.

    It is what everybody has to do before they delete one, for good or for bad: time to ask, while the data
    is still there.

    Known false positives: databases that are retired in good order; except whoever does that by ``actor``.
    A change of something else that says again that there is no protection counts, too.
    """
    request = fields(event.request_parameters)
    if not any(map(is_false, (request.get("deletionprotection"), request.get("deletionprotectionenabled")))):
        return None
    database = named(event, DATABASE_NAMES)
    return Violation(
        f"{event.actor} turned off the deletion protection of the database {database or '(not named)'}",
        resource=database,
    )
