"""A function was given another role."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.rules.compute._functions import function_of
from trailguard.verdict import Severity, Violation


@rule(
    on="lambda:UpdateFunctionConfiguration",
    severity=Severity.LOW,
    title="Role of a function changed",
    references=["https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html"],
    tags=["mitre:T1098.003", "mitre:T1548.005"],
)
def function_role_changed(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody gave a function that is there another role.

    Whoever may change the function, or call it, has what the role has: a way to more for somebody who may
    pass roles.

    Known false positives: deployments that send all of the configuration; except pipelines by ``actor``.
    Services' calls, as of CloudFormation, do not count unless ``service_calls`` says so.
    """
    role = first_text(event.request_parameters.get("role"))
    if role is None or not params.count(event):
        return None
    name = function_of(event)
    return Violation(
        f"{event.actor} gave the function {name or '(not named)'} the role {role}",
        resource=name,
        evidence={"role": role},
    )
