from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.logging.guardduty_blinded import guardduty_blinded
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("guardduty:CreateIPSet", request={"detectorId": "12abEXAMPLE"})


def test_names_who_did_it_to_what() -> None:
    assert guardduty_blinded(SAMPLE) == [
        Violation(
            "user alice called guardduty:CreateIPSet on the detector 12abEXAMPLE", resource="12abEXAMPLE"
        )
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("guardduty:CreateIPSet")

    assert_violates(
        guardduty_blinded,
        event,
        reason="user alice called guardduty:CreateIPSet on the detector one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(guardduty_blinded, cloudtrail_event("guardduty:CreateIPSet", error="AccessDenied"))


def test_calls_of_services() -> None:
    assert_services_do_not_count(guardduty_blinded, cloudtrail_event("guardduty:CreateIPSet"))
