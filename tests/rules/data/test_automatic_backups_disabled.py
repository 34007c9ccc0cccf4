from typing import Any

import pytest

from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.data.automatic_backups_disabled import automatic_backups_disabled
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def recovery(*, enabled: object) -> CloudTrailEvent:
    specification = {"pointInTimeRecoveryEnabled": enabled}
    return cloudtrail_event(
        "dynamodb:UpdateContinuousBackups",
        request={"tableName": "orders", "pointInTimeRecoverySpecification": specification},
    )


def retention(action: str, name: str, key: str, value: object) -> CloudTrailEvent:
    return cloudtrail_event(action, request={name: "orders", key: value})


def policy(status: str) -> CloudTrailEvent:
    request = {"fileSystemId": "fs-1", "backupPolicy": {"status": status}}
    return cloudtrail_event("elasticfilesystem:PutBackupPolicy", request=request)


def file_system(kind: str, days: object) -> CloudTrailEvent:
    request = {"fileSystemId": "fs-1", kind: {"automaticBackupRetentionDays": days}}
    return cloudtrail_event("fsx:UpdateFileSystem", request=request)


RDS = ("rds:ModifyDBInstance", "dBInstanceIdentifier", "backupRetentionPeriod")
REDSHIFT = ("redshift:ModifyCluster", "clusterIdentifier", "automatedSnapshotRetentionPeriod")
CACHE = ("elasticache:ModifyReplicationGroup", "replicationGroupId", "snapshotRetentionLimit")

DATABASE = retention(*RDS, 0)
WAREHOUSE = retention(*REDSHIFT, 0)
REDIS = retention(*CACHE, 0)
TABLE = recovery(enabled=False)
STOPPED = cloudtrail_event("redshift:DisableSnapshotCopy", request={"clusterIdentifier": "orders"})
FILES = policy("DISABLED")
WINDOWS = file_system("windowsConfiguration", 0)


@pytest.mark.parametrize(
    ("event", "stored", "severity"),
    [
        (DATABASE, "orders", Severity.MEDIUM),
        (WAREHOUSE, "orders", Severity.MEDIUM),
        (TABLE, "orders", Severity.MEDIUM),
        (STOPPED, "orders", Severity.MEDIUM),
        (REDIS, "orders", Severity.LOW),
        (FILES, "fs-1", Severity.LOW),
        (WINDOWS, "fs-1", Severity.LOW),
    ],
)
def test_says_of_what(event: CloudTrailEvent, stored: str, severity: Severity) -> None:
    assert automatic_backups_disabled(event) == [
        Violation(
            f"user alice turned off automatic backups of {stored} by {event.action}",
            resource=stored,
            severity=severity,
        )
    ]


@pytest.mark.parametrize("kind", ["lustreConfiguration", "ontapConfiguration", "openZFSConfiguration"])
def test_every_kind_of_file_system(kind: str) -> None:
    assert_violates(automatic_backups_disabled, file_system(kind, 0))
    assert_complies(automatic_backups_disabled, file_system(kind, 30))


@pytest.mark.parametrize(
    "event",
    [
        retention(*RDS, 7),
        retention(*RDS, None),
        retention(*RDS, False),  # noqa: FBT003  # the value, not an option
        retention(*REDSHIFT, 1),
        retention(*CACHE, "5"),
        recovery(enabled=True),
        recovery(enabled=None),
        policy("ENABLED"),
        file_system("windowsConfiguration", 7),
        cloudtrail_event("rds:ModifyDBInstance"),
        cloudtrail_event("redshift:DisableSnapshotCopy", error="AccessDenied"),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(automatic_backups_disabled, event)


@pytest.mark.parametrize("request_", [None, {"pointInTimeRecoverySpecification": "off"}])
def test_odd_requests_say_nothing(request_: dict[str, Any] | None) -> None:
    assert_complies(
        automatic_backups_disabled, cloudtrail_event("dynamodb:UpdateContinuousBackups", request=request_)
    )
