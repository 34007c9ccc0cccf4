"""GuardDuty was told to overlook something."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text, state
from trailguard.verdict import Severity, Violation

_TRUSTS = frozenset({"CreateIPSet", "UpdateIPSet", "CreateTrustedEntitySet", "UpdateTrustedEntitySet"})


@rule(
    on=[
        "guardduty:CreateIPSet",
        "guardduty:UpdateIPSet",
        "guardduty:CreateTrustedEntitySet",
        "guardduty:UpdateTrustedEntitySet",
        "guardduty:DeleteThreatIntelSet",
        "guardduty:UpdateThreatIntelSet",
        "guardduty:DeleteThreatEntitySet",
        "guardduty:UpdateThreatEntitySet",
        "guardduty:DeletePublishingDestination",
        "guardduty:DeleteMalwareProtectionPlan",
        "guardduty:UpdateOrganizationConfiguration",
    ],
    severity=Severity.MEDIUM,
    title="GuardDuty told to overlook something",
    references=[
        "https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_upload-lists.html",
        "https://docs.aws.amazon.com/guardduty/latest/APIReference/API_UpdateOrganizationConfiguration.html",
    ],
    tags=["mitre:T1562.001"],
)
def guardduty_blinded(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody changed whom GuardDuty trusts or suspects, or where its findings go, or left new accounts out.

    An address on the trusted list makes no findings, and those that reach no destination tell nobody.

    Known false positives: a security team that keeps its own lists; except it by ``actor``. A list of
    trusted addresses that is not activated is none.
    """
    if not params.count(event) or not _overlooks(event):
        return None
    named = first_text(
        event.request_parameters.get("detectorId"), event.request_parameters.get("malwareProtectionPlanId")
    )
    return Violation(
        f"{event.actor} called {event.action} on the detector {named or '(not named)'}", resource=named
    )


def _overlooks(event: CloudTrailEvent) -> bool:
    request = event.request_parameters
    if event.event_name in _TRUSTS:
        return request.get("activate") is not False
    if event.event_name == "UpdateOrganizationConfiguration":
        return (
            request.get("autoEnable") is False
            or state(request.get("autoEnableOrganizationMembers")) == "none"
        )
    return True
