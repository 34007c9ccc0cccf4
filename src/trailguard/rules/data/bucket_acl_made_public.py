"""The access control list of a bucket lets everybody in."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.rules.data._acls import groups_let_in
from trailguard.verdict import Severity, Violation


@rule(
    on=["s3:PutBucketAcl", "s3:CreateBucket"],
    severity=Severity.CRITICAL,
    title="Bucket ACL made public",
    references=["https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html"],
    tags=["mitre:T1530", "mitre:T1537", "cis:4.8"],
)
def bucket_acl_made_public(event: CloudTrailEvent) -> Violation | None:
    """Somebody gave everybody rights in a bucket by its access control list.

    What is in it can be listed, or read, or overwritten. Everybody with an AWS account, which anybody may
    have, is high.

    Known false positives: websites that are meant to be public (except them by ``resource``), and buckets
    whose block of public access makes the list void, which the call does not say.
    """
    groups = groups_let_in(event.request_parameters)
    if not groups:
        return None
    bucket = first_text(event.request_parameters.get("bucketName"))
    return Violation(
        f"{event.actor} lets {groups[0]} into the bucket {bucket or '(not named)'}",
        resource=bucket,
        severity=None if groups[0] == "everybody" else Severity.HIGH,
    )
