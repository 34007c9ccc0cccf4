"""A higher limit was asked for."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on="servicequotas:RequestServiceQuotaIncrease",
    severity=Severity.LOW,
    title="Service quota increase requested",
    references=[
        "https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_RequestServiceQuotaIncrease.html"
    ],
    tags=["mitre:T1496"],
)
def quota_raised(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody asked AWS for a higher limit, as for the number of large instances, mails or model calls.

    Miners and senders of mail need more than an account has.

    Known false positives: growth; except who asks for it by ``actor``.
    """
    if not params.count(event):
        return None
    named = first_text(event.request_parameters.get("serviceCode"))
    return Violation(
        f"{event.actor} asked for a higher quota of {named or 'a service that is not named'}", resource=named
    )
