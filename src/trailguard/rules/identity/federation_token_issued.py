"""A session was made of the keys of an IAM user, which outlives them."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text, items, texts
from trailguard.rules._policy import administrative_statements, is_administrative_policy
from trailguard.verdict import Severity, Violation


@rule(
    on="sts:GetFederationToken",
    severity=Severity.MEDIUM,
    title="Federation token issued",
    references=["https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html"],
    tags=["mitre:T1550.001", "mitre:T1098.001"],
)
def federation_token_issued(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """An IAM user asked for a federation token.

    It works for up to 36 hours, even if the user's key is deleted. Intruders ask for one so that they stay
    while the key is taken away, and to get into the console. With an administrator's policy it is high.

    Known false positives: brokers that let people into the console by such tokens; except them by
    ``actor``. Services' calls do not count.
    """
    if not params.count(event):
        return None
    request = event.request_parameters
    attached = [arn for one in items(request.get("policyArns")) for arn in texts(one.get("arn"))]
    all_of_it = any(map(is_administrative_policy, attached)) or administrative_statements(
        request.get("policy")
    )
    name = first_text(request.get("name"))
    return Violation(
        f"{event.actor} made a federation token called {name or '(not named)'}"
        f"{', which may do everything' if all_of_it else ''}",
        resource=name,
        severity=Severity.HIGH if all_of_it else None,
    )
