"""A call was denied."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.verdict import Severity, Violation


@rule(
    on=Match("*:*", error=["AccessDenied*", "*UnauthorizedOperation", "UnauthorizedAccess"]),
    severity=Severity.INFO,
    title="Call denied",
    references=["https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"],
    tags=["mitre:T1580", "cis:4.1", "strict"],
)
def call_denied(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """A call was denied.

    One says little; the CIS benchmark wants to count them all. ``denied-calls-burst`` tells of many.

    Known false positives: all day. Services' calls do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    return Violation(f"{event.actor} is denied {event.action}", resource=event.actor.arn)
