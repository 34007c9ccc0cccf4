"""Security Hub was turned off, or looks at less."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import texts
from trailguard.rules.logging._names import spelled
from trailguard.verdict import Severity, Violation

_TURNED_OFF = frozenset({"DisableSecurityHub", "DisableSecurityHubV2"})
_NAMES = ("standardsSubscriptionArns", "productSubscriptionArn", "findingAggregatorArn")


@rule(
    on=[
        "securityhub:DisableSecurityHub",
        "securityhub:DisableSecurityHubV2",
        "securityhub:BatchDisableStandards",
        "securityhub:DisableImportFindingsForProduct",
        "securityhub:DeleteFindingAggregator",
    ],
    severity=Severity.HIGH,
    title="Security Hub turned off or weakened",
    references=["https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DisableSecurityHub.html"],
    tags=["mitre:T1562.001", "cis:4.16"],
)
def security_hub_disabled(event: CloudTrailEvent) -> Violation:
    """Somebody turned Security Hub off, or took a standard, a product or its other regions out.

    What its controls and all that report to it would find reaches nobody any more. It is medium where
    Security Hub itself goes on.

    Known false positives: an account that leaves an organization, standards that are replaced by newer
    versions; except who does that by ``actor``.
    """
    found = [arn for name in _NAMES for arn in texts(spelled(event.request_parameters, name))]
    named = found[0] if found else None
    return Violation(
        f"{event.actor} weakened Security Hub by {event.action} of {named or 'all of it'}",
        resource=named,
        severity=None if event.event_name in _TURNED_OFF else Severity.MEDIUM,
    )
