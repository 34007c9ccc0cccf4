"""A queue was emptied."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules.data._spelling import named
from trailguard.verdict import Severity, Violation


@rule(
    on="sqs:PurgeQueue",
    severity=Severity.LOW,
    title="Queue purged",
    references=["https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_PurgeQueue.html"],
    tags=["mitre:T1485", "mitre:T1562.008"],
)
def queue_purged(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody deleted all messages of a queue, for good.

    Where events of security tools or logs wait in it, nobody will ever read them.

    Known false positives: developers who begin anew after a mistake; except their queues by ``resource``.
    Services' calls do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    queue = named(event, ("queueurl",))
    return Violation(f"{event.actor} purged the queue {queue or '(not named)'}", resource=queue)
