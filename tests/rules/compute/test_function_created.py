from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.compute.function_created import function_created
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

ROLE = "arn:aws:iam::111122223333:role/Shop"

CALLED = cloudtrail_event("lambda:CreateFunction20150331", request={"functionName": "shop", "role": ROLE})
UNNAMED = cloudtrail_event("lambda:CreateFunction20150331")


def test_names_who_did_it_to_what() -> None:
    assert function_created(CALLED) == [
        Violation("user alice created the function shop", resource="shop", evidence={"role": ROLE})
    ]


def test_what_it_was_may_not_be_said() -> None:
    assert_violates(
        function_created, UNNAMED, reason="user alice created the function (not named)", resource=None
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(function_created, cloudtrail_event("lambda:CreateFunction20150331", error="AccessDenied"))


def test_calls_of_services() -> None:
    assert_services_do_not_count(function_created, cloudtrail_event("lambda:CreateFunction20150331"))
