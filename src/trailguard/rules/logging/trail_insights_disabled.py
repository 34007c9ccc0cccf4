"""CloudTrail was told to look for nothing unusual any more."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text, items
from trailguard.verdict import Severity, Violation


@rule(
    on="cloudtrail:PutInsightSelectors",
    severity=Severity.MEDIUM,
    title="Insights of a trail turned off",
    references=["https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutInsightSelectors.html"],
    tags=["mitre:T1562.008", "cis:4.5"],
)
def trail_insights_disabled(event: CloudTrailEvent) -> Violation | None:
    """Somebody took the insight selectors out of a trail or event data store.

    Insights tell of bursts of calls and errors, as an intruder's tools make them. The trail itself goes on.

    Known false positives: a team that gives them up for their price; except who does that by ``actor``.
    """
    request = event.request_parameters
    if "insightSelectors" not in request or items(request["insightSelectors"]):
        return None
    named = first_text(request.get("trailName"), request.get("eventDataStore"))
    return Violation(f"{event.actor} turned off the insights of {named or '(not named)'}", resource=named)
