import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.queue_purged import queue_purged
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

PURGED = cloudtrail_event(
    "sqs:PurgeQueue", request={"queueUrl": "https://sqs.us-east-1.amazonaws.com/111122223333/orders"}
)


@pytest.mark.parametrize("event", [PURGED])
def test_names_the_queue(event: CloudTrailEvent) -> None:
    assert queue_purged(event) == [
        Violation(
            "user alice purged the queue https://sqs.us-east-1.amazonaws.com/111122223333/orders",
            resource="https://sqs.us-east-1.amazonaws.com/111122223333/orders",
        )
    ]


def test_what_it_was_may_not_be_said() -> None:
    assert_violates(
        queue_purged, cloudtrail_event("sqs:PurgeQueue"), reason="user alice purged the queue (not named)"
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(queue_purged, cloudtrail_event("sqs:PurgeQueue", error="AccessDenied"))


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(queue_purged, cloudtrail_event("sqs:PurgeQueue"))
