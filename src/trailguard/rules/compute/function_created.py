"""A function was created."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.rules.compute._functions import function_of
from trailguard.verdict import Severity, Violation


@rule(
    on="lambda:CreateFunction",
    severity=Severity.LOW,
    title="Function created",
    references=["https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html"],
    tags=["mitre:T1648", "strict"],
)
def function_created(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody created a function.

    With a role that they could not have themselves, it is a way to more.

    Known false positives: each new application; except pipelines by ``actor``. Services' calls, as of
    CloudFormation, do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    name, role = function_of(event), first_text(event.request_parameters.get("role"))
    return Violation(
        f"{event.actor} created the function {name or '(not named)'}", resource=name, evidence={"role": role}
    )
