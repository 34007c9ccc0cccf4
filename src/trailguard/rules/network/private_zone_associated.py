"""Names in a network are answered by another zone, or a zone is gone."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "route53:AssociateVPCWithHostedZone",
        "route53:CreateVPCAssociationAuthorization",
        "route53:DeleteHostedZone",
        "route53:DisassociateVPCFromHostedZone",
    ],
    severity=Severity.LOW,
    title="Private zone associated or deleted",
    references=[
        "https://docs.aws.amazon.com/Route53/latest/APIReference/API_AssociateVPCWithHostedZone.html"
    ],
    tags=["mitre:T1557"],
)
def private_zone_associated(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody associated a private hosted zone with a VPC, took it away, or deleted a zone.

    Whoever owns a zone decides where a name leads: to a copy of your service, say.

    Known false positives: each change of infrastructure; services' calls do not count unless
    ``service_calls`` says so. Except pipelines by ``actor``.
    """
    if not params.count(event):
        return None
    named = first_text(event.request_parameters.get("hostedZoneId"), event.request_parameters.get("id"))
    return Violation(
        f"{event.actor} called {event.action} on the zone {named or 'one that is not named'}", resource=named
    )
