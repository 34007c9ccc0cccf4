from trailguard import Violation
from trailguard.rules.account.text_messages_enabled import text_messages_enabled
from trailguard.testing import assert_complies, assert_violates, aws_service, cloudtrail_event

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


def test_services_count_where_somebody_says_so() -> None:
    event = cloudtrail_event("sns:SetSMSAttributes", actor=aws_service("cloudformation.amazonaws.com"))

    assert_complies(text_messages_enabled, event)
    assert_violates(text_messages_enabled, event, params={"service_calls": True})
