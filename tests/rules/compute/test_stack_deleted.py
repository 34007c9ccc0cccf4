from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.compute.stack_deleted import stack_deleted
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

CALLED = cloudtrail_event("cloudformation:DeleteStack", request={"stackName": "shop"})
UNNAMED = cloudtrail_event("cloudformation:DeleteStack")


def test_names_who_did_it_to_what() -> None:
    assert stack_deleted(CALLED) == [Violation("user alice deleted the stack shop", resource="shop")]


def test_what_it_was_may_not_be_said() -> None:
    assert_violates(stack_deleted, UNNAMED, reason="user alice deleted the stack (not named)", resource=None)


def test_a_failed_call_did_nothing() -> None:
    assert_complies(stack_deleted, cloudtrail_event("cloudformation:DeleteStack", error="AccessDenied"))


def test_calls_of_services() -> None:
    assert_services_do_not_count(stack_deleted, cloudtrail_event("cloudformation:DeleteStack"))
