import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.topic_subscribed import topic_subscribed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

TOPIC = "arn:aws:sns:us-east-1:111122223333:alarms"
REQUEST = {"topicArn": TOPIC, "protocol": "email", "endpoint": "HIDDEN_DUE_TO_SECURITY_REASONS"}

SUBSCRIBED = cloudtrail_event("sns:Subscribe", request=REQUEST)


def test_says_how_messages_leave() -> None:
    assert topic_subscribed(SUBSCRIBED) == [
        Violation(
            f"user alice had messages of the topic {TOPIC} sent by email",
            resource=TOPIC,
            evidence={"protocol": "email"},
        )
    ]
    assert "strict" in topic_subscribed.tags


@pytest.mark.parametrize("protocol", ["email-json", "sms", "http", "https"])
def test_other_ways_out(protocol: str) -> None:
    assert_violates(
        topic_subscribed,
        cloudtrail_event("sns:Subscribe", request={"protocol": protocol}),
        reason=f"user alice had messages of the topic (not named) sent by {protocol}",
    )


@pytest.mark.parametrize(
    "event",
    [
        cloudtrail_event("sns:Subscribe", request=REQUEST | {"protocol": "sqs"}),
        cloudtrail_event("sns:Subscribe", request={"protocol": "lambda"}),
        cloudtrail_event("sns:Subscribe", request={"protocol": ["email"]}),
        cloudtrail_event("sns:Subscribe"),
        cloudtrail_event("sns:Subscribe", request=REQUEST, error="AuthorizationError"),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(topic_subscribed, event)


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(topic_subscribed, cloudtrail_event("sns:Subscribe", request=REQUEST))
