"""A role can be assumed by everybody whom an identity provider knows."""

from __future__ import annotations

from typing import Any

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first, first_text, texts
from trailguard.rules._policy import allowing_statements
from trailguard.verdict import Severity, Violation

# Providers that anybody can have a token of.
_PUBLIC = (
    "token.actions.githubusercontent.com",
    "gitlab.com",
    "app.terraform.io",
    "api.bitbucket.org",
    "cognito-identity.amazonaws.com",
    "accounts.google.com",
    "graph.facebook.com",
    "www.amazon.com",
)


@rule(
    on=["iam:CreateRole", "iam:UpdateAssumeRolePolicy"],
    severity=Severity.HIGH,
    title="Role trusts everybody of a provider",
    references=["https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html"],
    tags=["mitre:T1098.003", "mitre:T1199", "cis:4.4"],
)
def role_trusts_any_federated_user(event: CloudTrailEvent) -> Violation | None:
    """A role trusts a public identity provider, such as GitHub, without saying which of its users.

    Everybody can have a token of GitHub's: a workflow in a repository of their own then has the role. The
    audience alone says nothing, as whoever asks for a token chooses it.

    Known false positives: a condition on another claim than the subject that says as much. Not seen: a
    subject with wildcards that fit too many, and providers of your own.
    """
    request = event.request_parameters
    document = request.get("policyDocument") or request.get("assumeRolePolicyDocument")
    providers = [
        provider
        for statement in allowing_statements(document)
        for provider in texts(first(statement.get("Principal")).get("Federated"))
        if any(public in provider for public in _PUBLIC) and not _names_users(statement)
    ]
    if not providers:
        return None
    role = first_text(request.get("roleName"))
    provider = providers[0].rpartition("oidc-provider/")[2]
    return Violation(
        f"{event.actor} lets every user of {provider} assume the role {role or '(not named)'}",
        resource=role,
        evidence={"providers": providers},
    )


def _names_users(statement: dict[str, Any]) -> bool:
    """Tell whether a condition is about more than the audience, or about Cognito's, and no wildcard."""
    tests = first(statement.get("Condition")).values()
    return any(
        (not key.endswith(":aud") or key.startswith("cognito-identity"))
        and all(value.strip("*?") for value in texts(values))
        for test in tests
        if isinstance(test, dict)
        for key, values in test.items()
    )
