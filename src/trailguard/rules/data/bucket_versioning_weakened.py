"""A bucket keeps no old versions any more, or deletes without MFA."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first, first_text, state
from trailguard.verdict import Severity, Violation


@rule(
    on="s3:PutBucketVersioning",
    severity=Severity.MEDIUM,
    title="Versioning of a bucket suspended",
    references=["https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html"],
    tags=["mitre:T1490", "mitre:T1485"],
)
def bucket_versioning_weakened(event: CloudTrailEvent) -> Violation | None:
    """Somebody suspended the versioning of a bucket, or the need of MFA to delete.

    What is overwritten or deleted from then on is gone: the step before a ransom is asked for.

    Known false positives: a bucket whose versions cost too much; except it by ``resource``.
    """
    configuration = first(event.request_parameters.get("VersioningConfiguration"))
    suspended = state(configuration.get("Status")) == "suspended"
    without_mfa = state(configuration.get("MfaDelete")) == "disabled"
    if not suspended and not without_mfa:
        return None
    bucket = first_text(event.request_parameters.get("bucketName"))
    what = "versioning" if suspended else "MFA for deleting"
    return Violation(
        f"{event.actor} switched off {what} in the bucket {bucket or '(not named)'}", resource=bucket
    )
