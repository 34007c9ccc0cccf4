"""A database was deleted."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import is_true, text
from trailguard.rules.data._databases import DATABASE_NAMES, DELETIONS
from trailguard.rules.data._spelling import fields, named
from trailguard.verdict import Severity, Violation

_SKIPS = ("skipfinalsnapshot", "skipfinalclustersnapshot", "skipsnapshot")


@rule(
    on=DELETIONS,
    severity=Severity.LOW,
    title="Database deleted",
    references=[
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html",
        "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteTable.html",
    ],
    tags=["mitre:T1485"],
)
def database_deleted(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody deleted a database, a table or a search domain; medium, where it left no last snapshot.

    What was in it is gone, unless there is a backup, and those may be gone next. Intruders delete databases
    to do harm, or to be paid for a return of what they copied before.

    Known false positives: environments that are taken down, by Terraform for one; except the pipeline by
    ``actor``. Calls of services, such as CloudFormation, do not count unless ``service_calls`` says so. An
    instance of a cluster is low: the cluster has the data.
    """
    if not params.count(event):
        return None
    database = named(event, DATABASE_NAMES)
    is_last = _skips_snapshot(event)
    return Violation(
        f"{event.actor} deleted the database {database or '(not named)'} by {event.action}"
        f"{' without a last snapshot' if is_last else ''}",
        resource=database,
        severity=Severity.MEDIUM if is_last else Severity.LOW,
    )


def _skips_snapshot(event: CloudTrailEvent) -> bool:
    if text(fields(event.response_elements).get("dbclusteridentifier")) and "Instance" in event.event_name:
        return False
    request = fields(event.request_parameters)
    return any(is_true(request.get(key)) for key in _SKIPS)
