"""Buckets keep versions: one policy, judged on the call and on the configuration.

The call says who broke it, within minutes. The item finds the buckets that never
kept it. A rule takes one kind of event, so these are two rules and one judgement.
"""

from pydantic import BaseModel
from trailguard import (
    CloudTrailEvent,
    ConfigurationItem,
    Severity,
    Violation,
    rule,
)

_REFERENCES = ["https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html"]


class Params(BaseModel, frozen=True):
    """Buckets that do without versions, by how their names begin."""

    exempt_prefixes: tuple[str, ...] = ("acme-scratch-", "acme-logs-")


@rule(
    on="s3:PutBucketVersioning",
    severity=Severity.MEDIUM,
    title="Bucket versioning suspended",
    references=_REFERENCES,
    tags=["mitre:T1490"],
)
def bucket_versioning_suspended(
    event: CloudTrailEvent, params: Params
) -> Violation | None:
    """Somebody told a bucket to keep no more versions.

    What is overwritten or deleted from then on is gone. It is how ransom of buckets
    begins.

    Known false positives: a bucket that is being emptied to be deleted.
    """
    versioning = event.request_parameters.get("VersioningConfiguration")
    return _judged(
        event.request_parameters.get("bucketName"),
        versioning.get("Status") if isinstance(versioning, dict) else None,
        params,
    )


@rule(
    on="AWS::S3::Bucket",
    severity=Severity.MEDIUM,
    title="Bucket keeps no versions",
    references=_REFERENCES,
)
def bucket_keeps_no_versions(
    item: ConfigurationItem, params: Params
) -> Violation | None:
    """A bucket has no versioning: it was suspended, or never turned on.

    What is overwritten or deleted is gone, whether by mistake or by ransom.

    Known false positives: buckets of what can be made again. Not seen: buckets whose
    item lacks BucketVersioningConfiguration.
    """
    versioning = item.supplementary_configuration.get("BucketVersioningConfiguration")
    return _judged(
        item.resource_id,
        versioning.get("status") if isinstance(versioning, dict) else None,
        params,
    )


def _judged(bucket: object, status: object, params: Params) -> Violation | None:
    """Judge a bucket by its name and status, which the two records have elsewhere."""
    name = bucket if isinstance(bucket, str) else None
    if status not in ("Suspended", "Off"):
        return None
    if name and name.startswith(params.exempt_prefixes):
        return None
    return Violation(
        f"{name or 'a bucket'} keeps no versions: its versioning is {status}",
        resource=name,
    )
