"""A function has a URL that anyone may call."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules.compute._functions import function_of
from trailguard.verdict import Severity, Violation


@rule(
    on=["lambda:CreateFunctionUrlConfig", "lambda:UpdateFunctionUrlConfig"],
    severity=Severity.MEDIUM,
    title="Function URL made public",
    references=["https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html"],
    tags=["mitre:T1648", "mitre:T1190"],
)
def function_url_made_public(event: CloudTrailEvent) -> Violation | None:
    """Somebody gave a function a URL that asks nobody who they are.

    It is on the internet then. An intruder's function with such a URL is a way back in, without keys.

    Known false positives: functions that are web applications; except them by ``resource``. Whoever calls
    it must be let in by the policy of the function as well.
    """
    if event.request_parameters.get("authType") != "NONE":
        return None
    name = function_of(event)
    return Violation(f"{event.actor} gave {name or '(not named)'} a URL that anyone may call", resource=name)
