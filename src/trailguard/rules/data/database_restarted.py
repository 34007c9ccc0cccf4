"""A database was restarted, stopped, or made to change over."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules.data._databases import DATABASE_NAMES
from trailguard.rules.data._spelling import named
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "rds:RebootDBInstance",
        "rds:RebootDBCluster",
        "rds:FailoverDBCluster",
        "rds:FailoverGlobalCluster",
        "rds:StopDBInstance",
        "rds:StopDBCluster",
        "redshift:RebootCluster",
        "redshift:PauseCluster",
    ],
    severity=Severity.LOW,
    title="Database restarted or stopped",
    references=["https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RebootInstance.html"],
    tags=["mitre:T1489", "strict"],
)
def database_restarted(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody restarted or stopped a database, or made another instance of a cluster take over.

    Applications lose it for a while. Some settings, such as those of logs, take effect by a restart only.

    Known false positives: maintenance, drills, and schedules that stop databases at night; except them by
    ``actor``. Services' calls do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    database = named(event, DATABASE_NAMES)
    return Violation(
        f"{event.actor} called {event.action} for {database or 'one that is not named'}", resource=database
    )
