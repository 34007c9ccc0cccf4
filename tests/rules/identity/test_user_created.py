from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.identity.user_created import user_created
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("iam:CreateUser", request={"userName": "bob"})


def test_names_who_did_it_to_what() -> None:
    assert user_created(SAMPLE) == [Violation("user alice created the user bob", resource="bob")]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("iam:CreateUser")

    assert_violates(
        user_created, event, reason="user alice created the user one that is not named", resource=None
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(user_created, cloudtrail_event("iam:CreateUser", error="AccessDenied"))


def test_calls_of_services() -> None:
    assert_services_do_not_count(user_created, cloudtrail_event("iam:CreateUser"))
