"""One of the services that look for faults and intruders was turned off."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "macie2:DisableMacie",
        "macie2:DisableOrganizationAdminAccount",
        "inspector2:Disable",
        "detective:DeleteGraph",
        "access-analyzer:DeleteAnalyzer",
        "securitylake:DeleteDataLake",
        "securitylake:DeleteDataLakeOrganizationConfiguration",
        "auditmanager:DeregisterAccount",
    ],
    severity=Severity.MEDIUM,
    title="Security service turned off",
    references=[
        "https://docs.aws.amazon.com/macie/latest/APIReference/macie.html",
        "https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_DeleteAnalyzer.html",
    ],
    tags=["mitre:T1562.001"],
)
def detector_disabled(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody turned off Macie, Inspector, Detective, Access Analyzer, Security Lake or Audit Manager.

    What it would have found, nobody finds.

    Known false positives: a service that is given up for its price, and accounts that leave an
    organization; except who does that by ``actor``.
    """
    if not params.count(event):
        return None
    named = first_text(event.request_parameters.get("analyzerName"), event.request_parameters.get("graphArn"))
    return Violation(
        f"{event.actor} called {event.action} on {named or 'what it has, one that is not named'}",
        resource=named,
    )
