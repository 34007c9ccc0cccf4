"""One of the services that look for faults and intruders was turned off."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text, state
from trailguard.rules.logging._names import spelled
from trailguard.verdict import Severity, Violation

_MAY_PAUSE = frozenset({"UpdateMacieSession", "UpdateMemberSession"})


@rule(
    on=[
        "macie2:DisableMacie",
        "macie2:UpdateMacieSession",
        "macie2:UpdateMemberSession",
        "inspector2:Disable",
        "detective:DeleteGraph",
        "access-analyzer:DeleteAnalyzer",
        "securitylake:DeleteDataLake",
        "securitylake:DeleteAwsLogSource",
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
    """Somebody turned off or paused one of the services that look for faults and intruders.

    They are Macie, Inspector, Detective, Access Analyzer, Security Lake and Audit Manager. What it would have found, nobody finds. Audit Manager, which finds nothing by itself, is low.

    Known false positives: a service that is given up for its price, and accounts that leave an
    organization; except who does that by ``actor``.
    """
    request = event.request_parameters
    if not params.count(event):
        return None
    if event.event_name in _MAY_PAUSE and state(request.get("status")) != "paused":
        return None
    named = first_text(*(spelled(request, name) for name in ("analyzerName", "graphArn", "id")))
    return Violation(
        f"{event.actor} turned off a security service by {event.action} of {named or 'all of it'}",
        resource=named,
        severity=Severity.LOW if event.service == "auditmanager" else None,
    )
