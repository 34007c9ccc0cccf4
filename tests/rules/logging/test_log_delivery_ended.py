import pytest

from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.logging.log_delivery_ended import log_delivery_ended
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("logs:DeleteSubscriptionFilter", request={"logGroupName": "/aws/cloudtrail"})


def test_names_who_did_it_to_what() -> None:
    assert log_delivery_ended(SAMPLE) == [
        Violation(
            "user alice called logs:DeleteSubscriptionFilter on /aws/cloudtrail", resource="/aws/cloudtrail"
        )
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("logs:DeleteSubscriptionFilter")

    assert_violates(
        log_delivery_ended,
        event,
        reason="user alice called logs:DeleteSubscriptionFilter on one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        log_delivery_ended, cloudtrail_event("logs:DeleteSubscriptionFilter", error="AccessDenied")
    )


@pytest.mark.parametrize("key", ["destinationName", "id"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        log_delivery_ended,
        cloudtrail_event("logs:DeleteSubscriptionFilter", request={key: "/aws/cloudtrail"}),
        resource="/aws/cloudtrail",
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(log_delivery_ended, cloudtrail_event("logs:DeleteSubscriptionFilter"))
