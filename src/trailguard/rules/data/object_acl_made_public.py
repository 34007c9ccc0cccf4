"""The access control list of an object lets everybody in."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.rules.data._acls import groups_let_in
from trailguard.verdict import Severity, Violation


@rule(
    on=["s3:PutObjectAcl", "s3:PutObject"],
    severity=Severity.HIGH,
    title="Object made public",
    references=["https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html"],
    tags=["mitre:T1530", "strict"],
)
def object_acl_made_public(event: CloudTrailEvent) -> Violation | None:
    """Somebody gave everybody rights in an object by its access control list.

    An object can be public in a bucket that is not.

    Known false positives: files that are meant to be public, as of websites (except them by ``resource``),
    and buckets whose block of public access makes the list void. Needs the data events of S3.
    """
    groups = groups_let_in(event.request_parameters)
    if not groups:
        return None
    bucket, key = (first_text(event.request_parameters.get(name)) for name in ("bucketName", "key"))
    named = f"{bucket}/{key}" if bucket and key else bucket
    return Violation(
        f"{event.actor} lets {groups[0]} read the object {named or '(not named)'}",
        resource=named,
        severity=None if groups[0] == "everybody" else Severity.MEDIUM,
    )
