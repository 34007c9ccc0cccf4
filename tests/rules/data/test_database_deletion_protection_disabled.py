import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.database_deletion_protection_disabled import (
    database_deletion_protection_disabled,
)
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

DATABASE = cloudtrail_event(
    "rds:ModifyDBInstance", request={"dBInstanceIdentifier": "orders", "deletionProtection": False}
)
TABLE = cloudtrail_event(
    "dynamodb:UpdateTable", request={"tableName": "orders", "deletionProtectionEnabled": False}
)
WRITTEN = cloudtrail_event(
    "rds:ModifyDBCluster", request={"dBClusterIdentifier": "orders", "deletionProtection": "false"}
)


@pytest.mark.parametrize("event", [DATABASE, TABLE, WRITTEN])
def test_names_the_database(event: CloudTrailEvent) -> None:
    assert database_deletion_protection_disabled(event) == [
        Violation("user alice turned off the deletion protection of the database orders", resource="orders")
    ]


def test_the_database_may_not_be_named() -> None:
    assert_violates(
        database_deletion_protection_disabled,
        cloudtrail_event("rds:ModifyGlobalCluster", request={"deletionProtection": False}),
        reason="user alice turned off the deletion protection of the database (not named)",
    )


@pytest.mark.parametrize(
    "event",
    [
        cloudtrail_event("rds:ModifyDBInstance", request={"deletionProtection": True}),
        cloudtrail_event("rds:ModifyDBInstance", request={"deletionProtection": None}),
        cloudtrail_event("rds:ModifyDBInstance"),
        cloudtrail_event("rds:ModifyDBInstance", request={"deletionProtection": False}, error="AccessDenied"),
        cloudtrail_event("rds:ModifyDBCluster", request={"deletionProtection": "true"}),
        cloudtrail_event("rds:ModifyGlobalCluster", request={"deletionProtection": True}),
        cloudtrail_event("dynamodb:UpdateTable", request={"deletionProtectionEnabled": True}),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(database_deletion_protection_disabled, event)
