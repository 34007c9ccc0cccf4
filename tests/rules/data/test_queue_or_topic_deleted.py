import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.queue_or_topic_deleted import queue_or_topic_deleted
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

QUEUE = cloudtrail_event("sqs:DeleteQueue", request={"queueUrl": "orders"})
TOPIC = cloudtrail_event("sns:DeleteTopic", request={"topicArn": "orders"})
BUS = cloudtrail_event("events:DeleteEventBus", request={"name": "orders"})


@pytest.mark.parametrize("event", [QUEUE, TOPIC, BUS])
def test_names_it(event: CloudTrailEvent) -> None:
    assert queue_or_topic_deleted(event) == [
        Violation(f"user alice called {event.action} for orders", resource="orders")
    ]


def test_what_it_was_may_not_be_said() -> None:
    assert_violates(
        queue_or_topic_deleted,
        cloudtrail_event("sqs:DeleteQueue"),
        reason="user alice called sqs:DeleteQueue for one that is not named",
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(queue_or_topic_deleted, cloudtrail_event("sqs:DeleteQueue", error="AccessDenied"))


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(queue_or_topic_deleted, cloudtrail_event("sqs:DeleteQueue"))


def test_is_for_those_who_ask_for_it() -> None:
    assert "strict" in queue_or_topic_deleted.tags
