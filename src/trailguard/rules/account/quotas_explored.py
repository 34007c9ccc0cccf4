"""Somebody looks at limits in many regions."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.verdict import Severity, Violation
from trailguard.windows import Threshold


@rule(
    on=Match(
        "servicequotas:GetServiceQuota",
        "servicequotas:ListServiceQuotas",
        "servicequotas:GetAWSDefaultServiceQuota",
        outcome="any",
    ),
    severity=Severity.MEDIUM,
    title="Quotas explored in many regions",
    references=["https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/API_GetServiceQuota.html"],
    tags=["mitre:T1580"],
    threshold=Threshold(5, within="10m", by="actor", distinct="region"),
)
def quotas_explored(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """One caller asked for the limits of services in region after region.

    It is how miners find out where they may launch the most. Denied calls count as well.

    Known false positives: tools that watch quotas in all regions; except them by ``actor``. Services' calls
    do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    return Violation(f"{event.actor} looks at quotas in region after region")
