"""A bucket policy lets anyone in."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.rules._policy import despite_conditions, statements_for_anyone
from trailguard.verdict import Severity, Violation


@rule(
    on="s3:PutBucketPolicy",
    severity=Severity.CRITICAL,
    title="Bucket policy made public",
    references=[
        "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
        "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html",
    ],
    tags=["mitre:T1530", "mitre:T1537", "cis:4.8"],
)
def bucket_policy_made_public(event: CloudTrailEvent) -> Violation | None:
    """Somebody wrote a bucket policy that allows anyone in the world to do something with the bucket.

    What it allows to be read is found and copied by those who look for such buckets; what it allows to be
    written may bring malware to your users.

    Known false positives: websites that are meant to be public (except them by ``resource``), and buckets
    whose block of public access makes the policy void, which the call does not say. Conditions count where
    they say who calls; Deny is not weighed.
    """
    request = event.request_parameters
    statements = statements_for_anyone(request.get("bucketPolicy"))
    if not statements:
        return None
    bucket = first_text(request.get("bucketName"))
    return Violation(
        f"{event.actor} lets anyone into the bucket {bucket or '(not named)'}"
        f"{despite_conditions(statements)}",
        resource=bucket,
        evidence={"statements": statements},
    )
