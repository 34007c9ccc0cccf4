"""A bucket was told to delete what it has after a few days."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first, first_text, items
from trailguard.verdict import Severity, Violation


class Params(BaseModel, frozen=True, defer_build=True):
    """How many days are too few, and what names of buckets say that they hold logs."""

    days: int = 7
    log_names: tuple[str, ...] = ("trail", "-log", "logs-", "audit")


@rule(
    on=["s3:PutBucketLifecycle", "s3:PutBucketLifecycleConfiguration"],
    severity=Severity.LOW,
    title="Bucket deletes what it has soon",
    references=["https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html"],
    tags=["mitre:T1485.001", "mitre:T1562.008"],
)
def bucket_expires_soon(event: CloudTrailEvent, params: Params) -> Violation | None:
    """Somebody set a lifecycle by which objects of a bucket expire after a few days.

    Nobody has to delete a trail whose log files vanish by themselves; the same deletes data without any
    call that does so. It is high where the bucket's name says that it holds logs.

    Known false positives: buckets for what passes through, such as exports and uploads; except them by
    ``resource``, or lower ``days``. Not seen: old versions and unfinished uploads that expire, which is
    housekeeping.
    """
    bucket = first_text(event.request_parameters.get("bucketName"))
    configuration = first(event.request_parameters.get("LifecycleConfiguration"))
    days = [days for one in items(configuration.get("Rule")) if (days := _expires_after(one)) is not None]
    if not days or min(days) > params.days:
        return None
    holds_logs = bucket is not None and any(part in bucket.lower() for part in params.log_names)
    return Violation(
        f"{event.actor} had objects of the bucket {bucket or '(not named)'} deleted after {min(days)} days",
        resource=bucket,
        severity=Severity.HIGH if holds_logs else None,
    )


def _expires_after(rule: dict[str, Any]) -> int | None:
    """Return after how many days a rule of a lifecycle deletes; some records have it as text."""
    days = first(rule.get("Expiration")).get("Days")
    written = str(days) if isinstance(days, int | str) else ""
    return int(written) if rule.get("Status") == "Enabled" and written.isdecimal() else None
