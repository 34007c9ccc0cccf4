import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.stream_changed import stream_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

LED_ELSEWHERE = cloudtrail_event(
    "firehose:UpdateDestination",
    request={"deliveryStreamName": "logs", "destinationId": "destinationId-000000000001"},
)
DELETED = cloudtrail_event("kinesis:DeleteStream", request={"streamName": "logs"})


@pytest.mark.parametrize("event", [LED_ELSEWHERE, DELETED])
def test_names_the_stream(event: CloudTrailEvent) -> None:
    assert stream_changed(event) == [Violation(f"user alice called {event.action} for logs", resource="logs")]


def test_what_it_was_may_not_be_said() -> None:
    assert_violates(
        stream_changed,
        cloudtrail_event("firehose:UpdateDestination"),
        reason="user alice called firehose:UpdateDestination for one that is not named",
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(stream_changed, cloudtrail_event("firehose:UpdateDestination", error="AccessDenied"))


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(stream_changed, cloudtrail_event("firehose:UpdateDestination"))
