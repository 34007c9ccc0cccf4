from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.identity.authorization_details_read import authorization_details_read
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("iam:GetAccountAuthorizationDetails", request={"marker": "page-2"})


def test_names_who_did_it_to_what() -> None:
    assert authorization_details_read(SAMPLE) == [
        Violation("user alice called iam:GetAccountAuthorizationDetails from page-2", resource="page-2")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("iam:GetAccountAuthorizationDetails")

    assert_violates(
        authorization_details_read,
        event,
        reason="user alice called iam:GetAccountAuthorizationDetails from a page that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        authorization_details_read,
        cloudtrail_event("iam:GetAccountAuthorizationDetails", error="AccessDenied"),
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        authorization_details_read, cloudtrail_event("iam:GetAccountAuthorizationDetails")
    )
