import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.data.backup_deleted import backup_deleted
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

POINT = "arn:aws:backup:us-east-1:111122223333:recovery-point:1EXAMPLE"

SNAPSHOT = cloudtrail_event("rds:DeleteDBSnapshot", request={"dBSnapshotIdentifier": "orders-1"})
RECOVERY_POINT = cloudtrail_event(
    "backup:DeleteRecoveryPoint", request={"backupVaultName": "prod", "recoveryPointArn": POINT}
)


@pytest.mark.parametrize(
    ("event", "backup", "severity"),
    [(SNAPSHOT, "orders-1", Severity.LOW), (RECOVERY_POINT, POINT, Severity.MEDIUM)],
)
def test_a_recovery_point_is_worse(event: CloudTrailEvent, backup: str, severity: Severity) -> None:
    assert backup_deleted(event) == [
        Violation(
            f"user alice deleted the backup {backup} ({event.action})", resource=backup, severity=severity
        )
    ]


@pytest.mark.parametrize(
    ("action", "key"),
    [
        ("rds:DeleteDBClusterSnapshot", "dBClusterSnapshotIdentifier"),
        ("rds:DeleteDBInstanceAutomatedBackup", "dbiResourceId"),
        ("redshift:DeleteClusterSnapshot", "snapshotIdentifier"),
        ("dynamodb:DeleteBackup", "backupArn"),
        ("elasticache:DeleteSnapshot", "snapshotName"),
        ("fsx:DeleteBackup", "backupId"),
    ],
)
def test_every_service_has_its_own_name_for_it(action: str, key: str) -> None:
    assert_violates(backup_deleted, cloudtrail_event(action, request={key: "one"}), resource="one")


def test_a_failed_call_did_nothing() -> None:
    assert_complies(backup_deleted, cloudtrail_event("rds:DeleteDBSnapshot", error="AccessDenied"))


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(backup_deleted, cloudtrail_event("backup:DeleteRecoveryPoint"))
