from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.compute.function_trigger_added import function_trigger_added
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

QUEUE = "arn:aws:sqs:us-east-1:111122223333:orders"

CALLED = cloudtrail_event(
    "lambda:CreateEventSourceMapping20150331", request={"functionName": "shop", "eventSourceArn": QUEUE}
)
UNNAMED = cloudtrail_event("lambda:CreateEventSourceMapping20150331")


def test_names_who_did_it_to_what() -> None:
    assert function_trigger_added(CALLED) == [
        Violation(
            f"user alice made the function shop listen to {QUEUE}",
            resource="shop",
            evidence={"event_source_arn": QUEUE},
        )
    ]


def test_what_it_was_may_not_be_said() -> None:
    assert_violates(
        function_trigger_added,
        UNNAMED,
        reason="user alice made the function (not named) listen to a source",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        function_trigger_added,
        cloudtrail_event("lambda:CreateEventSourceMapping20150331", error="AccessDenied"),
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        function_trigger_added, cloudtrail_event("lambda:CreateEventSourceMapping20150331")
    )
