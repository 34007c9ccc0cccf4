"""A trail was told to stop recording."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[Match("cloudtrail:StopLogging"), Match("cloudtrail:StopLogging", error="AccessDenied*")],
    severity=Severity.CRITICAL,
    title="Trail stopped",
    references=["https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html"],
    tags=["mitre:T1562.008", "cis:4.5"],
)
def trail_logging_stopped(event: CloudTrailEvent) -> Violation:
    """Somebody stopped a trail, or was denied it: nothing is recorded from then on.

    It is among the first things that intruders do, so that nobody sees the rest. What happened meanwhile is
    in no log file; the event history of CloudTrail still has the management events of 90 days.

    Known false positives: a trail that is replaced by another one (except who does that by ``actor``), and
    exercises. Denied attempts are medium. Not seen: trails whose bucket or key is taken away instead.
    """
    trail = first_text(event.request_parameters.get("name"))
    named = f"the trail {trail or '(not named)'}"
    if not event.succeeded:
        return Violation(f"{event.actor} tried to stop {named}", resource=trail, severity=Severity.MEDIUM)
    return Violation(f"{event.actor} stopped {named}", resource=trail)
