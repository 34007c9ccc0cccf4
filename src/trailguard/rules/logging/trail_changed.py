"""Something was changed about trails."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "cloudtrail:CreateTrail",
        "cloudtrail:UpdateTrail",
        "cloudtrail:StartLogging",
        "cloudtrail:PutEventSelectors",
        "cloudtrail:PutInsightSelectors",
    ],
    severity=Severity.LOW,
    title="Trail changed",
    references=[
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-create-and-update-a-trail.html"
    ],
    tags=["mitre:T1562.008", "cis:4.5", "strict"],
)
def trail_changed(event: CloudTrailEvent) -> Violation:
    """Somebody created, changed or started a trail.

    Those who answer for the audit trail want to know of every change of it; other rules tell of those that
    weaken it.

    Known false positives: none, as it says no more than that; except the pipeline that does it by
    ``actor``.
    """
    trail = first_text(event.request_parameters.get("name"), event.request_parameters.get("trailName"))
    return Violation(
        f"{event.actor} called {event.action} on the trail {trail or '(not named)'}", resource=trail
    )
