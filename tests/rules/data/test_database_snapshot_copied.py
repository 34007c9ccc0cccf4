import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.database_snapshot_copied import database_snapshot_copied
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

COPIED = cloudtrail_event(
    "rds:CopyDBSnapshot",
    request={"sourceDBSnapshotIdentifier": "orders-1", "targetDBSnapshotIdentifier": "copy"},
)
CLUSTER = cloudtrail_event("redshift:CopyClusterSnapshot", request={"sourceSnapshotIdentifier": "orders-1"})


@pytest.mark.parametrize("event", [COPIED, CLUSTER])
def test_names_the_snapshot(event: CloudTrailEvent) -> None:
    assert database_snapshot_copied(event) == [
        Violation("user alice copied the database snapshot orders-1", resource="orders-1")
    ]


def test_what_it_was_may_not_be_said() -> None:
    assert_violates(
        database_snapshot_copied,
        cloudtrail_event("rds:CopyDBSnapshot"),
        reason="user alice copied the database snapshot (not named)",
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(database_snapshot_copied, cloudtrail_event("rds:CopyDBSnapshot", error="AccessDenied"))


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(database_snapshot_copied, cloudtrail_event("rds:CopyDBSnapshot"))


def test_is_for_those_who_ask_for_it() -> None:
    assert "strict" in database_snapshot_copied.tags
