"""Something was changed about the organization."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "organizations:AcceptHandshake",
        "organizations:AttachPolicy",
        "organizations:CancelHandshake",
        "organizations:CreateAccount",
        "organizations:CreateOrganization",
        "organizations:CreateOrganizationalUnit",
        "organizations:CreatePolicy",
        "organizations:DeclineHandshake",
        "organizations:DeleteOrganizationalUnit",
        "organizations:EnableAllFeatures",
        "organizations:EnablePolicyType",
        "organizations:InviteAccountToOrganization",
        "organizations:MoveAccount",
        "organizations:UpdateOrganizationalUnit",
        "organizations:UpdatePolicy",
    ],
    severity=Severity.LOW,
    title="Organization changed",
    references=[
        "https://docs.aws.amazon.com/organizations/latest/userguide/orgs_security_incident-response.html"
    ],
    tags=["mitre:T1666", "cis:4.15", "strict"],
)
def organization_changed(event: CloudTrailEvent) -> Violation:
    """Somebody changed the organization: its accounts, units or policies.

    Few people do that, and each change holds for many accounts.

    Known false positives: account factories and the pipelines of platform teams; except them by ``actor``.
    What weakens an organization has rules of its own.
    """
    named = first_text(
        event.request_parameters.get("accountId"),
        event.request_parameters.get("policyId"),
        event.request_parameters.get("organizationalUnitId"),
        event.request_parameters.get("handshakeId"),
        event.request_parameters.get("name"),
        event.request_parameters.get("email"),
    )
    return Violation(
        f"{event.actor} called {event.action} on {named or 'something that is not named'}", resource=named
    )
