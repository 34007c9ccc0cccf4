"""What goes on from a log group, or is counted in it, ends."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "logs:DeleteSubscriptionFilter",
        "logs:DeleteMetricFilter",
        "logs:DeleteDestination",
        "logs:DeleteDelivery",
    ],
    severity=Severity.LOW,
    title="Log delivery ended",
    references=[
        "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteSubscriptionFilter.html"
    ],
    tags=["mitre:T1562.008"],
)
def log_delivery_ended(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody deleted a subscription or metric filter of a log group, or a destination of logs.

    Alarms of the CIS benchmark count by metric filters, and central logging comes by subscriptions: both
    fall silent, and silence looks like peace.

    Known false positives: applications that are taken down with their filters; except their pipeline by
    ``actor``.
    """
    if not params.count(event):
        return None
    named = first_text(
        event.request_parameters.get("logGroupName"),
        event.request_parameters.get("destinationName"),
        event.request_parameters.get("id"),
    )
    return Violation(
        f"{event.actor} called {event.action} on {named or 'one that is not named'}", resource=named
    )
