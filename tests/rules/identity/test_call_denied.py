from trailguard.rules.identity.call_denied import call_denied
from trailguard.testing import assert_complies, assert_violates, aws_service, cloudtrail_event

DENIED = cloudtrail_event("iam:ListUsers", error="AccessDenied")


def test_names_the_call() -> None:
    assert_violates(call_denied, DENIED, reason="user alice is denied iam:ListUsers")


def test_other_failures_and_success() -> None:
    assert_complies(call_denied, cloudtrail_event("iam:GetUser", error="NoSuchEntityException"))
    assert_complies(call_denied, cloudtrail_event("iam:GetUser"))


def test_services_count_where_somebody_says_so() -> None:
    event = cloudtrail_event("iam:ListUsers", actor=aws_service("config.amazonaws.com"), error="AccessDenied")

    assert_complies(call_denied, event)
    assert_violates(call_denied, event, params={"service_calls": True})
