"""Certificates of an authority let somebody in from anywhere."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first, first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=["rolesanywhere:CreateTrustAnchor", "rolesanywhere:UpdateTrustAnchor"],
    severity=Severity.MEDIUM,
    title="Trust anchor of IAM Roles Anywhere created",
    references=["https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_CreateTrustAnchor.html"],
    tags=["mitre:T1098.001", "mitre:T1484.002"],
)
def roles_anywhere_trust_anchor_created(event: CloudTrailEvent) -> Violation:
    """Somebody made a certificate authority a trust anchor of IAM Roles Anywhere.

    Whoever has a certificate of it gets sessions of roles, from anywhere, for as long as the anchor is
    there. An authority outside AWS, by its certificate, is high: an intruder brings their own.

    Known false positives: the set-up for servers outside AWS, which happens once; except it by ``actor``.
    """
    request = event.request_parameters
    name = first_text(request.get("name"), request.get("trustAnchorId"))
    outside = first(request.get("source")).get("sourceType") == "CERTIFICATE_BUNDLE"
    authority = "an authority outside AWS" if outside else "an authority"
    return Violation(
        f"{event.actor} made the trust anchor {name or '(not named)'} of {authority}",
        resource=name,
        severity=Severity.HIGH if outside else None,
    )
