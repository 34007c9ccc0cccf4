from service_calls import assert_services_do_not_count
from trailguard.rules.identity.call_denied import call_denied
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

DENIED = cloudtrail_event("iam:ListUsers", error="AccessDenied")


def test_names_the_call() -> None:
    assert_violates(call_denied, DENIED, reason="user alice is denied iam:ListUsers")


def test_other_failures_and_success() -> None:
    assert_complies(call_denied, cloudtrail_event("iam:GetUser", error="NoSuchEntityException"))
    assert_complies(call_denied, cloudtrail_event("iam:GetUser"))


def test_calls_of_services() -> None:
    assert_services_do_not_count(call_denied, cloudtrail_event("iam:ListUsers", error="AccessDenied"))
