import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.backups_deleted_in_bulk import backups_deleted_in_bulk
from trailguard.testing import assert_complies, cloudtrail_event

REQUEST = {"snapshotId": "snap-0a1bEXAMPLE", "force": False}

VOLUME = cloudtrail_event("ec2:DeleteSnapshot", request=REQUEST)
DATABASE = cloudtrail_event("rds:DeleteDBSnapshot", request={"dBSnapshotIdentifier": "orders-1"})


@pytest.mark.parametrize(("event", "backup"), [(VOLUME, "snap-0a1bEXAMPLE"), (DATABASE, "orders-1")])
def test_backups_of_all_services_count(event: CloudTrailEvent, backup: str) -> None:
    assert backups_deleted_in_bulk(event) == [
        Violation(f"user alice deleted the backup {backup} ({event.action})", resource=backup)
    ]


@pytest.mark.parametrize(
    "event",
    [
        cloudtrail_event("ec2:DeleteSnapshot"),
        cloudtrail_event("ec2:DeleteSnapshot", request={"snapshotId": None}),
        cloudtrail_event("ec2:DeleteSnapshot", request=REQUEST, error="Client.InvalidSnapshot.InUse"),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(backups_deleted_in_bulk, event)


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(
        backups_deleted_in_bulk, cloudtrail_event("ec2:DeleteSnapshot", request=REQUEST)
    )


def test_five_of_them_within_an_hour() -> None:
    threshold = backups_deleted_in_bulk.threshold

    assert threshold is not None
    assert (threshold.count, threshold.seconds, threshold.by, threshold.distinct) == (
        5,
        3_600,
        ("actor",),
        "resource",
    )
