"""Data of a database is being copied to somewhere else."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules.data._spelling import named
from trailguard.verdict import Severity, Violation

_NAMES = ("replicationtaskidentifier", "replicationtaskarn", "replicationconfigarn")


@rule(
    on=["dms:CreateReplicationTask", "dms:StartReplicationTask", "dms:StartReplication"],
    severity=Severity.LOW,
    title="Replication of a database set up or started",
    references=["https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.html"],
    tags=["mitre:T1119", "mitre:T1213.006"],
)
def replication_task_started(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody set up or started a task of the Database Migration Service.

    It copies a database to another one or to a bucket, wherever they are, and goes on with each change.

    Known false positives: migrations, and feeds of data lakes; except those who run them by ``actor``.
    Services' calls do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    task = named(event, _NAMES)
    return Violation(
        f"{event.actor} called {event.action} for {task or 'one that is not named'}", resource=task
    )
