import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.snapshot_blocks_read import snapshot_blocks_read
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

READ = cloudtrail_event(
    "ebs:GetSnapshotBlock",
    request={"snapshotId": "snap-0a1bEXAMPLE", "blockIndex": 0, "blockToken": "AAABEXAMPLE"},
)
COMPARED = cloudtrail_event("ebs:ListChangedBlocks", request={"secondSnapshotId": "snap-0a1bEXAMPLE"})


@pytest.mark.parametrize("event", [READ, COMPARED])
def test_names_the_snapshot(event: CloudTrailEvent) -> None:
    assert snapshot_blocks_read(event) == [
        Violation("user alice read blocks of the snapshot snap-0a1bEXAMPLE", resource="snap-0a1bEXAMPLE")
    ]


def test_what_it_was_may_not_be_said() -> None:
    assert_violates(
        snapshot_blocks_read,
        cloudtrail_event("ebs:ListSnapshotBlocks"),
        reason="user alice read blocks of the snapshot (not named)",
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        snapshot_blocks_read, cloudtrail_event("ebs:GetSnapshotBlock", error="AccessDeniedException")
    )


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(snapshot_blocks_read, cloudtrail_event("ebs:GetSnapshotBlock"))


def test_is_told_once_a_day_of_each_snapshot() -> None:
    assert snapshot_blocks_read.dedup is not None
    assert snapshot_blocks_read.dedup.by == ("account_id", "actor", "resource")
    assert "strict" in snapshot_blocks_read.tags
