from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.account.text_messages_enabled import text_messages_enabled
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("sns:SetSMSAttributes", request={"phoneNumber": "+15555550100"})


def test_names_who_did_it_to_what() -> None:
    assert text_messages_enabled(SAMPLE) == [
        Violation("user alice called sns:SetSMSAttributes for +15555550100", resource="+15555550100")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("sns:SetSMSAttributes")

    assert_violates(
        text_messages_enabled,
        event,
        reason="user alice called sns:SetSMSAttributes for a number that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(text_messages_enabled, cloudtrail_event("sns:SetSMSAttributes", error="AccessDenied"))


def test_calls_of_services() -> None:
    assert_services_do_not_count(text_messages_enabled, cloudtrail_event("sns:SetSMSAttributes"))
