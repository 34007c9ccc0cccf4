"""A KMS key was opened to anyone, or to an account that is not trusted."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers, Trusted
from trailguard.rules._json import first, first_text
from trailguard.rules._policy import accounts_let_in, statements_for_anyone
from trailguard.verdict import Severity, Violation


class Params(Trusted, Callers, frozen=True, defer_build=True):
    """The accounts that may be let in, and whether calls count that AWS services make."""


@rule(
    on=["kms:PutKeyPolicy", "kms:CreateKey", "kms:CreateGrant"],
    severity=Severity.MEDIUM,
    title="KMS key opened",
    references=[
        "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html"
    ],
    tags=["mitre:T1098", "mitre:T1486"],
)
def key_policy_opened(event: CloudTrailEvent, params: Params) -> Violation | None:
    """Somebody wrote a key policy, or made a grant, for another account; for everybody it is high.

    The key alone opens nothing, but what it encrypts is open to whoever gets at it. A policy that leaves
    you out locks you out.

    Known false positives: other accounts of your own: name them in ``trusted_accounts``. Services make
    grants for what they encrypt, which do not count unless ``service_calls`` says so. Conditions such as
    ``kms:CallerAccount`` count where they say who calls.
    """
    if not params.count(event):
        return None
    request = event.request_parameters
    key = first_text(
        request.get("keyId"),
        event.response_elements.get("keyId"),
        first(event.response_elements.get("keyMetadata")).get("keyId"),
    )
    named = f"the key {key or '(not named)'}"
    if statements_for_anyone(request.get("policy")):
        return Violation(f"{event.actor} lets anyone use {named}", resource=key, severity=Severity.HIGH)
    grantee = first_text(request.get("granteePrincipal"))
    document = (
        {"Statement": {"Effect": "Allow", "Principal": {"AWS": grantee}}}
        if grantee
        else request.get("policy")
    )
    strangers = params.strangers(accounts_let_in(document), event)
    if not strangers:
        return None
    return Violation(f"{event.actor} lets the account {', '.join(strangers)} use {named}", resource=key)
