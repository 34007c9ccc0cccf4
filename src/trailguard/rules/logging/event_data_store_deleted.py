"""A CloudTrail Lake event data store was deleted, or stopped taking events."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "cloudtrail:DeleteEventDataStore",
        "cloudtrail:StopEventDataStoreIngestion",
        "cloudtrail:DeleteChannel",
    ],
    severity=Severity.HIGH,
    title="Event data store deleted or stopped",
    references=[
        "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteEventDataStore.html",
        "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopEventDataStoreIngestion.html",
    ],
    tags=["mitre:T1562.008", "cis:4.5"],
)
def event_data_store_deleted(event: CloudTrailEvent) -> Violation:
    """Somebody deleted an event data store of CloudTrail Lake, or stopped what it takes in.

    For whoever keeps the audit trail there, it is what stopping a trail is elsewhere. A deleted store can
    be restored for seven days.

    Known false positives: a store that was made for one investigation; except it by ``resource``.
    """
    request = event.request_parameters
    store = first_text(request.get("eventDataStore"), request.get("channel"))
    return Violation(
        f"{event.actor} called {event.action} on {store or 'a store that is not named'}", resource=store
    )
