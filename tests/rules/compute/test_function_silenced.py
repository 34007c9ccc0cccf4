import pytest

from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.compute.function_silenced import function_silenced
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("lambda:DeleteFunction", request={"functionName": "shop"})


def test_names_who_did_it_to_what() -> None:
    assert function_silenced(SAMPLE) == [
        Violation("user alice called lambda:DeleteFunction on shop", resource="shop")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("lambda:DeleteFunction")

    assert_violates(
        function_silenced,
        event,
        reason="user alice called lambda:DeleteFunction on one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(function_silenced, cloudtrail_event("lambda:DeleteFunction", error="AccessDenied"))


@pytest.mark.parametrize("key", ["uUID"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        function_silenced, cloudtrail_event("lambda:DeleteFunction", request={key: "shop"}), resource="shop"
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(function_silenced, cloudtrail_event("lambda:DeleteFunction"))
