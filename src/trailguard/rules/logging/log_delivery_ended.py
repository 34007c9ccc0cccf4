"""What goes on from a log group, or is counted in it, ends."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.rules.logging._names import AUDIT_NAMES, says
from trailguard.verdict import Severity, Violation

_NAMES = ("logGroupName", "destinationName", "policyName", "name", "id")


class Params(Callers, frozen=True, defer_build=True):
    """What names of log groups, destinations and the like say that an audit needs them."""

    audit_names: tuple[str, ...] = AUDIT_NAMES


@rule(
    on=[
        "logs:DeleteSubscriptionFilter",
        "logs:DeleteMetricFilter",
        "logs:DeleteDestination",
        "logs:DeleteDelivery",
        "logs:DeleteDeliverySource",
        "logs:DeleteDeliveryDestination",
        "logs:DeleteAccountPolicy",
    ],
    severity=Severity.LOW,
    title="Log delivery ended",
    references=[
        "https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DeleteSubscriptionFilter.html"
    ],
    tags=["mitre:T1562.008"],
)
def log_delivery_ended(event: CloudTrailEvent, params: Params) -> Violation | None:
    """Somebody deleted a subscription or metric filter of a log group, or a destination of logs.

    Alarms of the CIS benchmark count by metric filters, and central logging comes by subscriptions: both
    fall silent, and silence looks like peace. It is medium where the name says that it is an audit log, and
    where all log groups of the account were subscribed.

    Known false positives: applications that are taken down with their filters; except their pipeline by
    ``actor``. Not seen: a filter that is moved to another destination.
    """
    request = event.request_parameters
    policy = first_text(request.get("policyType"))
    if not params.count(event) or policy not in {None, "SUBSCRIPTION_FILTER_POLICY"}:
        return None
    named = first_text(*map(request.get, _NAMES))
    return Violation(
        f"{event.actor} called {event.action} on {named or 'one that is not named'}",
        resource=named,
        severity=Severity.MEDIUM if policy or says(named, params.audit_names) else None,
    )
