"""Somebody tries which roles they may assume."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation
from trailguard.windows import Threshold


@rule(
    on=Match("sts:AssumeRole", error="AccessDenied*"),
    severity=Severity.MEDIUM,
    title="Roles tried one after the other",
    references=["https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"],
    tags=["mitre:T1087.004", "mitre:T1548.005"],
    threshold=Threshold(5, within="10m", by="actor", distinct="resource"),
)
def roles_tried(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """One caller was denied five different roles within ten minutes.

    Whoever has stolen a key tries where it leads.

    Known false positives: tools that go through all accounts of an organization, some of which have no such
    role; except them by ``actor``. Services' calls do not count.
    """
    if not params.count(event):
        return None
    role = first_text(event.request_parameters.get("roleArn")) or _named(event.error_message)
    return Violation(f"{event.actor} may not assume the role {role or '(not named)'}", resource=role)


def _named(message: str | None) -> str | None:
    """Return the role that a message of a denial names, which the request then does not."""
    return (message or "").partition("on resource: ")[2].partition(" ")[0] or None
