"""A CloudTrail Lake event data store takes in less, or may be deleted."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation

_OFF = {
    "terminationProtectionEnabled": "may be deleted",
    "multiRegionEnabled": "takes in events of one region only",
    "organizationEnabled": "leaves out the accounts of the organization",
}


@rule(
    on="cloudtrail:UpdateEventDataStore",
    severity=Severity.MEDIUM,
    title="Event data store weakened",
    references=[
        "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateEventDataStore.html"
    ],
    tags=["mitre:T1562.008", "cis:4.5"],
)
def event_data_store_weakened(event: CloudTrailEvent) -> Violation | None:
    """Somebody took the protection off an event data store, or regions or accounts out of it.

    A store cannot be deleted while it is protected: this is the step before.

    Known false positives: a store that was made for one investigation (except it by ``resource``), and the
    console, which sends along what was off before. Not seen: selectors of the store's events.
    """
    request = event.request_parameters
    store = first_text(request.get("eventDataStore"))
    weaker = [words for name, words in _OFF.items() if request.get(name) is False]
    if not weaker:
        return None
    return Violation(
        f"{event.actor} changed the event data store {store or '(not named)'}: it {' and '.join(weaker)}",
        resource=store,
    )
