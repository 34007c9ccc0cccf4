"""A queue, topic or event bus was deleted."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules.data._spelling import named
from trailguard.verdict import Severity, Violation


@rule(
    on=["sqs:DeleteQueue", "sns:DeleteTopic", "events:DeleteEventBus"],
    severity=Severity.LOW,
    title="Queue or topic deleted",
    references=[
        "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html",
        "https://docs.aws.amazon.com/sns/latest/api/API_DeleteTopic.html",
    ],
    tags=["mitre:T1489", "strict"],
)
def queue_or_topic_deleted(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody deleted a queue, a topic, or an event bus.

    What is sent there is lost from now on: messages between programs, and alarms that people wait for.

    Known false positives: applications that are taken down; except the pipeline by ``actor``. Services'
    calls do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    deleted = named(event, ("queueurl", "topicarn", "name"))
    return Violation(
        f"{event.actor} called {event.action} for {deleted or 'one that is not named'}", resource=deleted
    )
