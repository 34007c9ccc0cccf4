"""A function can be called by anyone, or by an account that is not trusted."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Trusted
from trailguard.rules._json import first_text
from trailguard.rules._policy import accounts_let_in
from trailguard.rules.compute._functions import function_of
from trailguard.verdict import Severity, Violation


@rule(
    on=["lambda:AddPermission", "lambda:AddLayerVersionPermission"],
    severity=Severity.MEDIUM,
    title="Function opened",
    references=[
        "https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html",
    ],
    tags=["mitre:T1648", "mitre:T1546"],
)
def function_opened(event: CloudTrailEvent, params: Trusted) -> Violation | None:
    """Somebody let another account call a function, or use a layer; everybody is high.

    A function does what it does for whoever may call it, with the role that it has. An intruder's account
    calls it later, when the keys are rotated.

    Known false positives: other accounts of your own: name them in ``trusted_accounts``. Public function
    URLs are medium: except the function by ``resource``. Services that call a function for one resource or
    account of yours do not count, nor do organizations.
    """
    request = event.request_parameters
    principal = first_text(request.get("principal")) or ""
    limited = any(map(request.get, ("sourceArn", "sourceAccount", "principalOrgID", "organizationId")))
    name = function_of(event) or first_text(request.get("layerName"))
    if principal == "*" and not limited:
        by_url = request.get("functionUrlAuthType") == "NONE"
        return Violation(
            f"{event.actor} lets anyone use {name or '(not named)'}{' by its URL' if by_url else ''}",
            resource=name,
            severity=None if by_url else Severity.HIGH,
        )
    document = {"Statement": {"Effect": "Allow", "Principal": {"AWS": principal}}}
    strangers = params.strangers(accounts_let_in(document), event)
    if not strangers:
        return None
    return Violation(
        f"{event.actor} lets the account {strangers[0]} use {name or '(not named)'}", resource=name
    )
