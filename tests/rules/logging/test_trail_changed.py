from trailguard import Violation
from trailguard.rules.logging.trail_changed import trail_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

CREATED = cloudtrail_event("cloudtrail:CreateTrail", request={"name": "main"})
SELECTED = cloudtrail_event("cloudtrail:PutEventSelectors", request={"trailName": "main"})


def test_names_the_call_and_the_trail() -> None:
    assert trail_changed(CREATED) == [
        Violation("user alice called cloudtrail:CreateTrail on the trail main", resource="main")
    ]
    assert_violates(trail_changed, SELECTED, resource="main")
    assert_violates(
        trail_changed,
        cloudtrail_event("cloudtrail:StartLogging"),
        reason="user alice called cloudtrail:StartLogging on the trail (not named)",
    )


def test_reads_and_failures_are_no_changes() -> None:
    assert_complies(trail_changed, cloudtrail_event("cloudtrail:CreateTrail", error="AccessDenied"))
    assert trail_changed.matches()[0].outcome == "success"
    assert "cloudtrail:GetTrail" not in trail_changed.matches()[0].on
