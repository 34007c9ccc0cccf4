"""One caller runs many statements by a Data API."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules.data._spelling import named
from trailguard.verdict import Severity, Violation
from trailguard.windows import Threshold

_NAMES = ("resourcearn", "clusteridentifier", "workgroupname")


@rule(
    on=[
        "rds-data:ExecuteStatement",
        "rds-data:BatchExecuteStatement",
        "redshift-data:ExecuteStatement",
        "redshift-data:BatchExecuteStatement",
    ],
    severity=Severity.LOW,
    title="Many statements run by a Data API",
    references=["https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/data-api.html"],
    tags=["mitre:T1213.006", "strict"],
    threshold=Threshold(100, within="10m", by="actor"),
)
def database_queried_in_bulk(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """One caller ran a hundred statements in ten minutes by the Data API of RDS or Redshift.

    It is how a database is read out with nothing but a key, one page after another.

    Known false positives: applications that work by the Data API; except them by ``actor``. Services' calls
    do not count unless ``service_calls`` says so. Not seen where trails do not record data events.
    """
    if not params.count(event):
        return None
    database = named(event, _NAMES)
    return Violation(f"{event.actor} runs many statements in {database or 'a database'}", resource=database)
