from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.identity.session_token_issued import session_token_issued
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event(
    "sts:GetSessionToken", request={"serialNumber": "arn:aws:iam::111122223333:mfa/phone"}
)


def test_names_who_did_it_to_what() -> None:
    assert session_token_issued(SAMPLE) == [
        Violation(
            "user alice made a session with arn:aws:iam::111122223333:mfa/phone",
            resource="arn:aws:iam::111122223333:mfa/phone",
        )
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("sts:GetSessionToken")

    assert_violates(
        session_token_issued,
        event,
        reason="user alice made a session with a device that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(session_token_issued, cloudtrail_event("sts:GetSessionToken", error="AccessDenied"))


def test_calls_of_services() -> None:
    assert_services_do_not_count(session_token_issued, cloudtrail_event("sts:GetSessionToken"))
