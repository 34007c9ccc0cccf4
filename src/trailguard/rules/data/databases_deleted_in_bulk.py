"""One caller deleted several databases."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules.data._databases import DATABASE_NAMES, DELETIONS
from trailguard.rules.data._spelling import named
from trailguard.verdict import Severity, Violation
from trailguard.windows import Threshold


@rule(
    on=DELETIONS,
    severity=Severity.MEDIUM,
    title="Several databases deleted",
    references=["https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html"],
    tags=["mitre:T1485"],
    threshold=Threshold(5, within="1h", by="actor", distinct="resource"),
)
def databases_deleted_in_bulk(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """One caller deleted several databases or tables within an hour.

    A single one may be retired; several at once are an environment that comes down, or somebody who destroys
    what is there.

    Known false positives: environments that Terraform takes down; except the pipeline by ``actor``. Calls of
    services, such as CloudFormation, do not count unless ``service_calls`` says so.
    """
    database = named(event, DATABASE_NAMES)
    if database is None or not params.count(event):
        return None
    return Violation(f"{event.actor} deleted the database {database} by {event.action}", resource=database)
