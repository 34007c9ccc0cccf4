from typing import Any

import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.data.data_exported_to_bucket import data_exported_to_bucket
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

OTHER = "444455556666"
SOURCE = "arn:aws:rds:us-east-1:111122223333:snapshot:orders"
REQUEST = {"exportTaskIdentifier": "task", "sourceArn": SOURCE, "s3BucketName": "loot"}


def table(**more: Any) -> CloudTrailEvent:
    return cloudtrail_event(
        "dynamodb:ExportTableToPointInTime", request={"tableArn": "orders", "s3Bucket": "loot", **more}
    )


SNAPSHOT = cloudtrail_event("rds:StartExportTask", request=REQUEST)
TABLE = table(s3BucketOwner="111122223333")
FOREIGN = table(s3BucketOwner=OTHER)
CACHE = cloudtrail_event(
    "elasticache:CopySnapshot", request={"sourceSnapshotName": "orders", "targetBucket": "loot"}
)


@pytest.mark.parametrize(
    ("event", "source", "owner", "severity"),
    [
        (SNAPSHOT, SOURCE, None, Severity.MEDIUM),
        (TABLE, "orders", "111122223333", Severity.LOW),
        (CACHE, "orders", None, Severity.MEDIUM),
    ],
)
def test_says_what_went_where(
    event: CloudTrailEvent, source: str, owner: str | None, severity: Severity
) -> None:
    assert data_exported_to_bucket(event) == [
        Violation(
            f"user alice exported {source} to the bucket loot",
            resource=source,
            severity=severity,
            evidence={"bucket": "loot", "bucket_owner": owner},
        )
    ]


def test_another_accounts_bucket_is_worse() -> None:
    assert_violates(
        data_exported_to_bucket,
        FOREIGN,
        reason=f"user alice exported orders to the bucket loot of account {OTHER}",
        severity="high",
    )
    assert_violates(data_exported_to_bucket, FOREIGN, params={"trusted_accounts": [OTHER]}, severity="low")


@pytest.mark.parametrize(
    "event",
    [
        cloudtrail_event("elasticache:CopySnapshot", request={"sourceSnapshotName": "orders"}),
        cloudtrail_event("rds:StartExportTask", request={"s3BucketName": None}),
        cloudtrail_event("rds:StartExportTask"),
        cloudtrail_event("rds:StartExportTask", request=REQUEST, error="AccessDenied"),
        cloudtrail_event("dynamodb:ExportTableToPointInTime", request={"tableArn": "orders"}),
        cloudtrail_event("dynamodb:ExportTableToPointInTime", request={"s3BucketOwner": OTHER}),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(data_exported_to_bucket, event)


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(
        data_exported_to_bucket, cloudtrail_event("rds:StartExportTask", request=REQUEST)
    )
