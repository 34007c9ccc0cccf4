"""Where Identity Center takes its people from was changed."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "sso:AssociateDirectory",
        "sso:DisassociateDirectory",
        "sso-directory:EnableExternalIdPConfigurationForDirectory",
        "sso-directory:DisableExternalIdPConfigurationForDirectory",
        "sso-directory:UpdateExternalIdPConfigurationForDirectory",
        "sso:UpdateSsoConfiguration",
        "sso:DeleteInstance",
    ],
    severity=Severity.HIGH,
    title="Identity source of Identity Center changed",
    references=[
        "https://docs.aws.amazon.com/singlesignon/latest/userguide/manage-your-identity-source-change.html"
    ],
    tags=["mitre:T1556", "mitre:T1484.002"],
)
def identity_center_source_changed(event: CloudTrailEvent) -> Violation:
    """Somebody changed the directory or the identity provider of IAM Identity Center.

    Whoever owns it comes into all accounts as whomever they like.

    Known false positives: the company moves to another provider; everybody knows of it.
    """
    named = first_text(
        event.request_parameters.get("directoryId"),
        event.request_parameters.get("DirectoryId"),
        event.request_parameters.get("instanceArn"),
        event.request_parameters.get("idpConfigurationId"),
    )
    return Violation(
        f"{event.actor} called {event.action} on {named or 'the directory, whose id that is not named'}",
        resource=named,
    )
