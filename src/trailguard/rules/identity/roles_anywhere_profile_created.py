"""Roles can be had by certificates."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=["rolesanywhere:CreateProfile", "rolesanywhere:UpdateProfile"],
    severity=Severity.LOW,
    title="Profile of IAM Roles Anywhere created",
    references=["https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_CreateProfile.html"],
    tags=["mitre:T1098.003"],
)
def roles_anywhere_profile_created(event: CloudTrailEvent) -> Violation:
    """Somebody made or changed a profile of IAM Roles Anywhere, which names roles that certificates may have.

    Together with a trust anchor it lets somebody in.

    Known false positives: the set-up for servers outside AWS; except it by ``actor``.
    """
    named = first_text(event.request_parameters.get("name"), event.request_parameters.get("profileId"))
    return Violation(
        f"{event.actor} called {event.action} on {named or 'a profile that is not named'}", resource=named
    )
