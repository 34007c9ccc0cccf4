from trailguard import Severity, Violation
from trailguard.rules.logging.trail_deleted import trail_deleted
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

DELETED = cloudtrail_event("cloudtrail:DeleteTrail", request={"name": "management-events"})
DENIED = cloudtrail_event("cloudtrail:DeleteTrail", error="AccessDeniedException")


def test_names_who_deleted_which_trail() -> None:
    assert trail_deleted(DELETED) == [
        Violation("user alice deleted the trail management-events", resource="management-events")
    ]


def test_a_denied_attempt_is_less() -> None:
    assert_violates(
        trail_deleted,
        DENIED,
        reason="user alice tried to delete the trail (not named)",
        severity=Severity.MEDIUM,
    )


def test_a_trail_that_is_not_there_was_not_deleted() -> None:
    assert_complies(trail_deleted, cloudtrail_event("cloudtrail:DeleteTrail", error="TrailNotFoundException"))
