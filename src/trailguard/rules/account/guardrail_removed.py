"""A policy of the organization holds no longer for somebody."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "organizations:DetachPolicy",
        "organizations:DeletePolicy",
        "organizations:DisablePolicyType",
        "controltower:DisableControl",
        "controltower:DeleteLandingZone",
    ],
    severity=Severity.MEDIUM,
    title="Policy of the organization removed",
    references=[
        "https://docs.aws.amazon.com/organizations/latest/APIReference/API_DetachPolicy.html",
        "https://docs.aws.amazon.com/organizations/latest/APIReference/API_DisablePolicyType.html",
    ],
    tags=["mitre:T1666", "mitre:T1562.001", "cis:4.15"],
)
def guardrail_removed(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody detached or deleted a policy of the organization, or switched policies or a control off.

    A service control policy is what even administrators of an account cannot get around; without it,
    regions, root and logs are theirs.

    Known false positives: Control Tower and the pipeline of the platform team, which replace policies
    (calls of services do not count unless ``service_calls`` says so). Except others by ``actor``.
    """
    if not params.count(event):
        return None
    named = first_text(
        event.request_parameters.get("targetId"),
        event.request_parameters.get("policyId"),
        event.request_parameters.get("rootId"),
        event.request_parameters.get("targetIdentifier"),
        event.request_parameters.get("landingZoneIdentifier"),
    )
    return Violation(
        f"{event.actor} called {event.action} on {named or 'one that is not named'}", resource=named
    )
