"""An account joined an organization."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on="organizations:AcceptHandshake",
    severity=Severity.MEDIUM,
    title="Account joined an organization",
    references=["https://docs.aws.amazon.com/organizations/latest/APIReference/API_AcceptHandshake.html"],
    tags=["mitre:T1666", "cis:4.15"],
)
def invitation_accepted(event: CloudTrailEvent) -> Violation:
    """Somebody accepted an invitation, so that an account is under another organization now.

    Whoever owns that organization can get into the account by the role that it makes there, and decides by
    policies what works in it.

    Known false positives: accounts that a company takes over; it happens seldom enough to ask.
    """
    named = first_text(event.request_parameters.get("handshakeId"))
    return Violation(f"{event.actor} accepted {named or 'an invitation that is not named'}", resource=named)
