"""Whom the account believes who somebody is was changed."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "iam:CreateSAMLProvider",
        "iam:UpdateSAMLProvider",
        "iam:DeleteSAMLProvider",
        "iam:CreateOpenIDConnectProvider",
        "iam:AddClientIDToOpenIDConnectProvider",
        "iam:UpdateOpenIDConnectProviderThumbprint",
        "iam:DeleteOpenIDConnectProvider",
    ],
    severity=Severity.MEDIUM,
    title="Identity provider changed",
    references=["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers.html"],
    tags=["mitre:T1484.002"],
)
def identity_provider_changed(event: CloudTrailEvent) -> Violation:
    """Somebody created, changed or deleted an identity provider of IAM.

    Whoever owns the provider says who comes in, as whom they like. One more that nobody knows is a way back
    in without users and keys.

    Known false positives: a provider that is set up once for people or pipelines; except who does that by
    ``actor``.
    """
    named = first_text(
        event.request_parameters.get("sAMLProviderArn"),
        event.request_parameters.get("openIDConnectProviderArn"),
        event.request_parameters.get("name"),
        event.request_parameters.get("url"),
    )
    return Violation(
        f"{event.actor} called {event.action} on {named or 'a provider that is not named'}", resource=named
    )
