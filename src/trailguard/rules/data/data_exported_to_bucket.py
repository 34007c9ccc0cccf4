"""A whole database was written to a bucket."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers, Trusted
from trailguard.rules._json import text
from trailguard.rules.data._spelling import fields, named
from trailguard.verdict import Severity, Violation

_BUCKETS = ("s3bucketname", "s3bucket", "targetbucket")
_SOURCES = ("sourcearn", "tablearn", "sourcesnapshotname", "serverlesscachesnapshotname")


class Params(Callers, Trusted, frozen=True, defer_build=True):
    """Whether services' calls count, and which other accounts' buckets are in order."""


@rule(
    on=[
        "rds:StartExportTask",
        "dynamodb:ExportTableToPointInTime",
        "elasticache:CopySnapshot",
        "elasticache:ExportServerlessCacheSnapshot",
        "memorydb:CopySnapshot",
    ],
    severity=Severity.MEDIUM,
    title="Database exported to a bucket",
    references=[
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ExportSnapshot.html",
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.HowItWorks.html",
    ],
    tags=["mitre:T1537", "mitre:T1567.002"],
)
def data_exported_to_bucket(event: CloudTrailEvent, params: Params) -> Violation | None:
    """Somebody had a snapshot, a table or a cache written to a bucket: all of it, by one call.

    The database's own passwords and permissions do not guard the files, which whoever reads the bucket may
    read. A bucket that is said to be another account's is high.

    Known false positives: pipelines for analysis, for which DynamoDB's exports are low; except them by
    ``actor``, and name other accounts of yours in ``trusted_accounts``. Services' calls do not count unless
    ``service_calls`` says so. Not seen: other accounts' buckets where the call does not say whose they are.
    """
    bucket = named(event, _BUCKETS)
    if bucket is None or not params.count(event):
        return None
    owner = text(fields(event.request_parameters).get("s3bucketowner"))
    source = named(event, _SOURCES)
    severity = Severity.LOW if event.service == "dynamodb" else Severity.MEDIUM
    whose = ""
    if owner and params.strangers([owner], event):
        severity, whose = Severity.HIGH, f" of account {owner}"
    return Violation(
        f"{event.actor} exported {source or 'data (not named)'} to the bucket {bucket}{whose}",
        resource=source,
        severity=severity,
        evidence={"bucket": bucket, "bucket_owner": owner},
    )
