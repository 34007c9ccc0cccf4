import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.database_restored import database_restored
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SNAPSHOT = cloudtrail_event(
    "rds:RestoreDBInstanceFromDBSnapshot",
    request={"dBInstanceIdentifier": "copy", "dBSnapshotIdentifier": "orders"},
)
EARLIER = cloudtrail_event(
    "rds:RestoreDBInstanceToPointInTime",
    request={"sourceDBInstanceIdentifier": "orders", "targetDBInstanceIdentifier": "copy"},
)
TABLE = cloudtrail_event(
    "dynamodb:RestoreTableToPointInTime", request={"sourceTableName": "orders", "targetTableName": "copy"}
)


@pytest.mark.parametrize("event", [SNAPSHOT, EARLIER, TABLE])
def test_says_what_was_restored_as_what(event: CloudTrailEvent) -> None:
    assert database_restored(event) == [
        Violation(
            "user alice restored orders as the database copy", resource="copy", evidence={"source": "orders"}
        )
    ]


def test_neither_may_be_said() -> None:
    assert_violates(
        database_restored,
        cloudtrail_event("redshift:RestoreFromClusterSnapshot"),
        reason="user alice restored a backup as the database (not named)",
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        database_restored, cloudtrail_event("rds:RestoreDBInstanceFromDBSnapshot", error="AccessDenied")
    )


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(database_restored, cloudtrail_event("rds:RestoreDBInstanceFromDBSnapshot"))
