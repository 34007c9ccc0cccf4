"""One caller deletes a great many objects."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation
from trailguard.windows import Threshold


@rule(
    on=["s3:DeleteObject", "s3:DeleteObjects"],
    severity=Severity.MEDIUM,
    title="Objects deleted in bulk",
    references=["https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html"],
    tags=["mitre:T1485", "strict"],
    threshold=Threshold(100, within="10m", by=["account_id", "actor"]),
)
def objects_deleted_in_bulk(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """One caller made a hundred calls within ten minutes that delete objects.

    A call may delete a thousand at a time. Backups and old versions go first.

    Known false positives: programs that tidy up (a lifecycle does it without calls); except them by
    ``actor``. Needs the data events of S3, and costs a write to the state for each of them.
    """
    if not params.count(event):
        return None
    bucket = first_text(event.request_parameters.get("bucketName"))
    return Violation(
        f"{event.actor} deletes objects of the bucket {bucket or '(not named)'}", resource=bucket
    )
