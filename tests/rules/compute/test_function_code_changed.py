import pytest

from callers import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.compute.function_code_changed import function_code_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("lambda:UpdateFunctionCode", request={"functionName": "shop"})


def test_names_who_did_it_to_what() -> None:
    assert function_code_changed(SAMPLE) == [
        Violation("user alice changed what runs in shop", resource="shop")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("lambda:UpdateFunctionCode")

    assert_violates(
        function_code_changed,
        event,
        reason="user alice changed what runs in one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        function_code_changed, cloudtrail_event("lambda:UpdateFunctionCode", error="AccessDenied")
    )


@pytest.mark.parametrize("key", ["layerName"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        function_code_changed,
        cloudtrail_event("lambda:UpdateFunctionCode", request={key: "shop"}),
        resource="shop",
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(function_code_changed, cloudtrail_event("lambda:UpdateFunctionCode"))
