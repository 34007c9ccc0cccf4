import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.snapshot_deleted import snapshot_deleted
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SNAPSHOT = cloudtrail_event("ec2:DeleteSnapshot", request={"snapshotId": "snap-0a1bEXAMPLE"})
IMAGE = cloudtrail_event("ec2:DeregisterImage", request={"imageId": "ami-0a1bEXAMPLE"})


@pytest.mark.parametrize(("event", "named"), [(SNAPSHOT, "snap-0a1bEXAMPLE"), (IMAGE, "ami-0a1bEXAMPLE")])
def test_says_what_was_deleted(event: CloudTrailEvent, named: str) -> None:
    assert snapshot_deleted(event) == [
        Violation(f"user alice called {event.action} for {named}", resource=named)
    ]
    assert "strict" in snapshot_deleted.tags


def test_what_it_was_may_not_be_said() -> None:
    assert_violates(
        snapshot_deleted,
        cloudtrail_event("ec2:DeleteSnapshot"),
        reason="user alice called ec2:DeleteSnapshot for one that is not named",
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        snapshot_deleted, cloudtrail_event("ec2:DeleteSnapshot", error="Client.InvalidSnapshot.InUse")
    )


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(snapshot_deleted, cloudtrail_event("ec2:DeleteSnapshot"))
