"""GuardDuty was turned off."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text, items, state
from trailguard.verdict import Severity, Violation


@rule(
    on=["guardduty:DeleteDetector", "guardduty:UpdateDetector"],
    severity=Severity.HIGH,
    title="GuardDuty turned off",
    references=[
        "https://docs.aws.amazon.com/guardduty/latest/APIReference/API_DeleteDetector.html",
        "https://docs.aws.amazon.com/guardduty/latest/APIReference/API_UpdateDetector.html",
    ],
    tags=["mitre:T1562.001"],
)
def guardduty_disabled(event: CloudTrailEvent) -> Violation | None:
    """Somebody deleted or suspended a detector of GuardDuty, or switched one of its sources off.

    GuardDuty finds nothing in that region any more; a deleted detector takes its findings along.

    Known false positives: a region that is given up, and an organization that takes its accounts out
    (except its ``actor``). Sources that are switched off for their price are medium.
    """
    detector = first_text(event.request_parameters.get("detectorId"))
    named = detector or "(not named)"
    if event.event_name == "DeleteDetector":
        return Violation(f"{event.actor} deleted the GuardDuty detector {named}", resource=detector)
    if event.request_parameters.get("enable") is False:
        return Violation(f"{event.actor} suspended the GuardDuty detector {named}", resource=detector)
    features = items(event.request_parameters.get("features"))
    off = [first_text(one.get("name")) or "one" for one in features if state(one.get("status")) == "disabled"]
    if not off:
        return None
    return Violation(
        f"{event.actor} switched {', '.join(off)} off in the GuardDuty detector {named}",
        resource=detector,
        severity=Severity.MEDIUM,
    )
