"""Something was changed about Security Hub."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "securityhub:EnableSecurityHub",
        "securityhub:UpdateSecurityHubConfiguration",
        "securityhub:BatchEnableStandards",
        "securityhub:UpdateStandardsControl",
        "securityhub:UpdateInsight",
        "securityhub:DeleteInsight",
        "securityhub:BatchUpdateFindings",
        "securityhub:DeleteActionTarget",
    ],
    severity=Severity.LOW,
    title="Security Hub changed",
    references=["https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-cloudtrail.html"],
    tags=["mitre:T1562.001", "cis:4.16", "strict"],
)
def security_hub_changed(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody changed Security Hub: its controls, insights or findings.

    A control that is disabled, or a finding that is suppressed, is one that nobody acts on.

    Known false positives: the daily work with findings; except who does that by ``actor``.
    """
    if not params.count(event):
        return None
    named = first_text(
        event.request_parameters.get("insightArn"), event.request_parameters.get("standardsControlArn")
    )
    return Violation(
        f"{event.actor} used {event.action} on {named or 'something that is not named'}", resource=named
    )
