"""Buckets were deleted, or what protects what is in them."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation

_WHAT = {
    "DeleteBucket": "",
    "DeleteBucketEncryption": "the encryption of ",
    "DeleteBucketReplication": "the replication of ",
    "DeleteBucketLifecycle": "the lifecycle of ",
    "DeleteBucketPolicy": "the policy of ",
}


@rule(
    on=[
        "s3:DeleteBucket",
        "s3:DeleteBucketEncryption",
        "s3:DeleteBucketReplication",
        "s3:DeleteBucketLifecycle",
        "s3:DeleteBucketPolicy",
    ],
    severity=Severity.LOW,
    title="Bucket deleted, or what protects it",
    references=["https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucket.html"],
    tags=["mitre:T1485", "strict"],
)
def bucket_or_safeguard_deleted(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody deleted a bucket, or its encryption, replication, lifecycle or policy.

    Only an empty bucket can be deleted, so that what was in it is gone already, and its name is anybody's.

    Known false positives: each infrastructure that is taken down; services' calls do not count unless
    ``service_calls`` says so. Except pipelines by ``actor``.
    """
    if not params.count(event):
        return None
    bucket = first_text(event.request_parameters.get("bucketName"))
    what = _WHAT.get(event.event_name, "")
    return Violation(f"{event.actor} deleted {what}the bucket {bucket or '(not named)'}", resource=bucket)
