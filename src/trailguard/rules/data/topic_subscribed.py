"""A topic's messages go to a person or a web server."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import text
from trailguard.rules.data._spelling import named
from trailguard.verdict import Severity, Violation

_OUTSIDE = {"email", "email-json", "sms", "http", "https"}


@rule(
    on="sns:Subscribe",
    severity=Severity.LOW,
    title="Topic subscribed from outside",
    references=["https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html"],
    tags=["mitre:T1567", "strict"],
)
def topic_subscribed(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody had the messages of a topic sent by mail or text message, or to a web server.

    Alarms tell an intruder what was noticed, and messages between programs hold data.

    Known false positives: people who subscribe to alarms, and services for people on call; except them by
    ``actor``. Services' calls do not count unless ``service_calls`` says so. CloudTrail hides the address.
    """
    protocol = text(event.request_parameters.get("protocol"))
    if protocol not in _OUTSIDE or not params.count(event):
        return None
    topic = named(event, ("topicarn",))
    return Violation(
        f"{event.actor} had messages of the topic {topic or '(not named)'} sent by {protocol}",
        resource=topic,
        evidence={"protocol": protocol},
    )
