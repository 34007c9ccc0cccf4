"""GuardDuty was told to overlook something."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "guardduty:CreateIPSet",
        "guardduty:UpdateIPSet",
        "guardduty:DeleteThreatIntelSet",
        "guardduty:UpdateThreatIntelSet",
        "guardduty:DeletePublishingDestination",
        "guardduty:DisassociateFromAdministratorAccount",
        "guardduty:DisassociateFromMasterAccount",
        "guardduty:DisassociateMembers",
        "guardduty:DeleteMembers",
        "guardduty:StopMonitoringMembers",
        "guardduty:DisableOrganizationAdminAccount",
    ],
    severity=Severity.MEDIUM,
    title="GuardDuty told to overlook something",
    references=[
        "https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_upload-lists.html",
        "https://docs.aws.amazon.com/guardduty/latest/APIReference/API_StopMonitoringMembers.html",
    ],
    tags=["mitre:T1562.001"],
)
def guardduty_blinded(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody changed what GuardDuty trusts, which accounts it looks at, or where its findings go.

    An address on the trusted list makes no findings, and an account that left its administrator is looked
    at by nobody.

    Known false positives: a security team that keeps its own lists, and accounts that leave an
    organization; except these by ``actor``.
    """
    if not params.count(event):
        return None
    named = first_text(event.request_parameters.get("detectorId"))
    return Violation(
        f"{event.actor} called {event.action} on the detector {named or 'one that is not named'}",
        resource=named,
    )
