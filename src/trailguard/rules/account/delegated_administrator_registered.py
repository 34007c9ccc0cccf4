"""An account was made the administrator of a service for all others."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "organizations:RegisterDelegatedAdministrator",
        "organizations:DeregisterDelegatedAdministrator",
        "organizations:DisableAWSServiceAccess",
        "organizations:PutResourcePolicy",
    ],
    severity=Severity.MEDIUM,
    title="Delegated administrator changed",
    references=[
        "https://docs.aws.amazon.com/organizations/latest/APIReference/API_RegisterDelegatedAdministrator.html"
    ],
    tags=["mitre:T1098", "mitre:T1666"],
)
def delegated_administrator_registered(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody made an account the administrator of a service for the whole organization, or ended that.

    A delegated administrator of, say, CloudFormation or Identity Center can reach into every account.
    Without its administrator, a security service loses its view of them.

    Known false positives: services that are set up, and services that register themselves (their calls do
    not count unless ``service_calls`` says so).
    """
    if not params.count(event):
        return None
    named = first_text(
        event.request_parameters.get("accountId"), event.request_parameters.get("servicePrincipal")
    )
    return Violation(
        f"{event.actor} called {event.action} on {named or 'something that is not named'}", resource=named
    )
