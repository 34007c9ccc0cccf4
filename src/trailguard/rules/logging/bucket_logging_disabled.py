"""Access logs of a bucket were turned off."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first, first_text
from trailguard.verdict import Severity, Violation


@rule(
    on="s3:PutBucketLogging",
    severity=Severity.MEDIUM,
    title="Access logs of a bucket turned off",
    references=["https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html"],
    tags=["mitre:T1562.008"],
)
def bucket_logging_disabled(event: CloudTrailEvent) -> Violation | None:
    """Somebody turned the server access logs of a bucket off.

    Without data events in a trail, they alone say who read which object.

    Known false positives: buckets that are replaced, and such whose reads are in a trail's data events.
    Except pipelines by ``actor``. Not seen: logs that go to another bucket.
    """
    bucket = first_text(event.request_parameters.get("bucketName"))
    asked = event.request_parameters.get("BucketLoggingStatus")
    if isinstance(asked, dict) and first(asked.get("LoggingEnabled")):
        return None
    return Violation(
        f"{event.actor} turned off the access logs of the bucket {bucket or '(not named)'}", resource=bucket
    )
