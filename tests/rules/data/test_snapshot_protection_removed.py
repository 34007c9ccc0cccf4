import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.snapshot_protection_removed import snapshot_protection_removed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

UNLOCKED = cloudtrail_event(
    "ec2:UnlockSnapshot", request={"UnlockSnapshotRequest": {"SnapshotId": "snap-0a1bEXAMPLE"}}
)
IMAGE = cloudtrail_event("ec2:DisableImageDeregistrationProtection", request={"imageId": "ami-0a1bEXAMPLE"})
RULE = cloudtrail_event("rbin:DeleteRule", request={"identifier": "pwxIkFcvgeEXAMPLE"})


@pytest.mark.parametrize(
    ("event", "named"),
    [(UNLOCKED, "snap-0a1bEXAMPLE"), (IMAGE, "ami-0a1bEXAMPLE"), (RULE, "pwxIkFcvgeEXAMPLE")],
)
def test_says_what_is_not_protected_any_more(event: CloudTrailEvent, named: str) -> None:
    assert snapshot_protection_removed(event) == [
        Violation(f"user alice called {event.action} for {named}", resource=named)
    ]


def test_what_it_was_may_not_be_said() -> None:
    assert_violates(
        snapshot_protection_removed,
        cloudtrail_event("rbin:UnlockRule"),
        reason="user alice called rbin:UnlockRule for one that is not named",
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        snapshot_protection_removed,
        cloudtrail_event("ec2:UnlockSnapshot", error="Client.UnauthorizedOperation"),
    )
