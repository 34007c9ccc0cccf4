from trailguard import Severity, Violation
from trailguard.rules.logging.trail_logging_stopped import trail_logging_stopped
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

STOPPED = cloudtrail_event("cloudtrail:StopLogging", request={"name": "management-events"})
DENIED = cloudtrail_event("cloudtrail:StopLogging", error="AccessDenied")


def test_names_who_stopped_which_trail() -> None:
    assert trail_logging_stopped(STOPPED) == [
        Violation("user alice stopped the trail management-events", resource="management-events")
    ]


def test_a_denied_attempt_is_less() -> None:
    assert_violates(
        trail_logging_stopped,
        DENIED,
        reason="user alice tried to stop the trail (not named)",
        severity=Severity.MEDIUM,
    )


def test_a_trail_that_is_not_there_was_not_stopped() -> None:
    """Nor is one that is started."""
    assert_complies(
        trail_logging_stopped, cloudtrail_event("cloudtrail:StopLogging", error="TrailNotFoundException")
    )
