"""A trail was deleted."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[Match("cloudtrail:DeleteTrail"), Match("cloudtrail:DeleteTrail", error="AccessDenied*")],
    severity=Severity.CRITICAL,
    title="Trail deleted",
    references=["https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteTrail.html"],
    tags=["mitre:T1562.008", "cis:4.5"],
)
def trail_deleted(event: CloudTrailEvent) -> Violation:
    """Somebody deleted a trail, or was denied it: what it recorded is recorded no more.

    Unlike a stopped trail, it cannot be started again: its selectors and its bucket have to be known. Log
    files that it wrote stay where they are.

    Known false positives: a trail that is replaced by another one, as by an organization's trail, and
    Terraform that takes down a whole test account (except who does that by ``actor``). Denied attempts are
    medium.
    """
    trail = first_text(event.request_parameters.get("name"))
    named = f"the trail {trail or '(not named)'}"
    if not event.succeeded:
        return Violation(f"{event.actor} tried to delete {named}", resource=trail, severity=Severity.MEDIUM)
    return Violation(f"{event.actor} deleted {named}", resource=trail)
