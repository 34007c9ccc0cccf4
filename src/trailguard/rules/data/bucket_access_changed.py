"""Something was changed about who gets at a bucket, or for how long it keeps what."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "s3:PutBucketAcl",
        "s3:PutBucketPolicy",
        "s3:PutBucketCors",
        "s3:PutBucketLifecycle",
        "s3:PutBucketReplication",
        "s3:DeleteBucketPolicy",
        "s3:DeleteBucketCors",
        "s3:DeleteBucketLifecycle",
        "s3:DeleteBucketReplication",
    ],
    severity=Severity.LOW,
    title="Bucket access changed",
    references=["https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-management.html"],
    tags=["mitre:T1530", "cis:4.8", "strict"],
)
def bucket_access_changed(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody changed the policy, list, lifecycle, replication or CORS of a bucket.

    The CIS benchmark wants to know of each. Other rules tell of those that open or lose something.

    Known false positives: each change of infrastructure; services' calls do not count unless
    ``service_calls`` says so. Except pipelines by ``actor``.
    """
    if not params.count(event):
        return None
    named = first_text(event.request_parameters.get("bucketName"))
    return Violation(
        f"{event.actor} called {event.action} on the bucket {named or 'one that is not named'}",
        resource=named,
    )
