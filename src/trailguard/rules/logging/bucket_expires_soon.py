"""A bucket was told to delete what it has after a few days."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first, first_text, items, text
from trailguard.rules.logging._names import AUDIT_BUCKETS, says
from trailguard.verdict import Severity, Violation

_LOGS = re.compile(r"(?<![a-z])log(s|ging)?(?![a-z])", re.IGNORECASE)


class Params(BaseModel, frozen=True, defer_build=True):
    """How many days are too few, and what names of buckets and lifecycles say that an audit needs them."""

    days: int = 7
    audit_names: tuple[str, ...] = (*AUDIT_BUCKETS, "awslogs/")


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
    call that does so. It is high where the bucket, or the lifecycle, is named for a trail or another audit
    log, and medium where it is named for logs.

    Known false positives: buckets for what passes through, such as exports and uploads; except them by
    ``resource``, or lower ``days``. Not seen: old versions and unfinished uploads that expire, which is
    housekeeping.
    """
    bucket = first_text(event.request_parameters.get("bucketName"))
    configuration = first(event.request_parameters.get("LifecycleConfiguration"))
    soon = [
        (days, one)
        for one in items(configuration.get("Rule"))
        if (days := _expires_after(one, event.event_time)) is not None and days <= params.days
    ]
    if not soon:
        return None
    days = min(days for days, _ in soon)
    names = [bucket or "", *(name for _, one in soon for name in _names(one))]
    severity = Severity.MEDIUM if _LOGS.search(bucket or "") else None
    return Violation(
        f"{event.actor} had objects of the bucket {bucket or '(not named)'} deleted after {days} day(s)",
        resource=bucket,
        severity=Severity.HIGH if any(says(name, params.audit_names) for name in names) else severity,
    )


def _names(rule: dict[str, Any]) -> list[str]:
    """Return what a rule of a lifecycle is called, and the folder that it is about."""
    return [name for name in (text(rule.get("ID")), text(first(rule.get("Filter")).get("Prefix"))) if name]


def _expires_after(rule: dict[str, Any], now: datetime | None) -> int | None:
    """Return after how many days a rule of a lifecycle deletes; some records have it as text."""
    expiration = first(rule.get("Expiration"))
    written = str(expiration.get("Days", ""))
    if rule.get("Status") != "Enabled":
        return None
    if written.isdecimal():
        return int(written)
    try:
        date = datetime.fromisoformat(text(expiration.get("Date")) or "")
    except ValueError:
        return None
    return max((date.replace(tzinfo=date.tzinfo or UTC) - now).days, 0) if now else None
