"""Security Hub was turned off, or looks at less."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "securityhub:DisableSecurityHub",
        "securityhub:DisableSecurityHubV2",
        "securityhub:BatchDisableStandards",
        "securityhub:DisassociateFromAdministratorAccount",
        "securityhub:DisassociateMembers",
        "securityhub:DeleteMembers",
    ],
    severity=Severity.MEDIUM,
    title="Security Hub turned off or weakened",
    references=["https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DisableSecurityHub.html"],
    tags=["mitre:T1562.001", "cis:4.16"],
)
def security_hub_disabled(event: CloudTrailEvent) -> Violation:
    """Somebody turned Security Hub off, took a standard out, or took accounts out of its view.

    What its controls and all that report to it would find reaches nobody any more.

    Known false positives: an account that leaves an organization, standards that are replaced by newer
    versions; except who does that by ``actor``.
    """
    named = first_text(event.request_parameters.get("hubArn"))
    return Violation(
        f"{event.actor} called {event.action} on {named or 'Security Hub, one that is not named'}",
        resource=named,
    )
