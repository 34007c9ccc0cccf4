"""A bucket that holds logs was deleted, or its policy was."""

from __future__ import annotations

from pydantic import BaseModel

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


class Params(BaseModel, frozen=True, defer_build=True):
    """What names of buckets say that an audit needs them."""

    audit_names: tuple[str, ...] = (
        "cloudtrail",
        "-trail",
        "trail-",
        "audit",
        "flow-log",
        "flowlog",
        "config-bucket",
    )


@rule(
    on=["s3:DeleteBucket", "s3:DeleteBucketPolicy"],
    severity=Severity.HIGH,
    title="Log bucket deleted",
    references=["https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html"],
    tags=["mitre:T1562.008", "mitre:T1485"],
)
def log_bucket_deleted(event: CloudTrailEvent, params: Params) -> Violation | None:
    """Somebody deleted a bucket that holds an audit log, by its name, or the policy of one.

    Without the policy, CloudTrail goes on trying and writes nothing, while the trail looks as if it were
    on.

    Known false positives: test accounts that are taken down with their trail; except them by ``actor`` or
    ``resource``. Which names matter is said by ``audit_names``.
    """
    bucket = first_text(event.request_parameters.get("bucketName"))
    if bucket is None or not any(part in bucket.lower() for part in params.audit_names):
        return None
    what = "the policy of the bucket" if event.action == "s3:DeleteBucketPolicy" else "the bucket"
    return Violation(f"{event.actor} deleted {what} {bucket}", resource=bucket)
