import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.snapshot_created import snapshot_created
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

VOLUME = cloudtrail_event("ec2:CreateSnapshot", request={"volumeId": "vol-0a1bEXAMPLE"})
DATABASE = cloudtrail_event(
    "rds:CreateDBSnapshot", request={"dBInstanceIdentifier": "orders", "dBSnapshotIdentifier": "exfiltration"}
)
TABLE = cloudtrail_event("dynamodb:CreateBackup", request={"tableName": "orders", "backupName": "copy"})


@pytest.mark.parametrize(
    ("event", "named"), [(VOLUME, "vol-0a1bEXAMPLE"), (DATABASE, "orders"), (TABLE, "orders")]
)
def test_says_what_was_copied(event: CloudTrailEvent, named: str) -> None:
    assert snapshot_created(event) == [
        Violation(f"user alice called {event.action} of {named}", resource=named)
    ]
    assert "strict" in snapshot_created.tags


def test_what_it_was_may_not_be_said() -> None:
    assert_violates(
        snapshot_created,
        cloudtrail_event("ec2:CreateSnapshot"),
        reason="user alice called ec2:CreateSnapshot of something that is not named",
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        snapshot_created, cloudtrail_event("ec2:CreateSnapshot", error="Client.UnauthorizedOperation")
    )


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(snapshot_created, cloudtrail_event("ec2:CreateSnapshot"))
