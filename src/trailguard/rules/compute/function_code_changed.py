"""What a function runs was changed."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=["lambda:UpdateFunctionCode", "lambda:PublishLayerVersion", "lambda:DeleteFunctionCodeSigningConfig"],
    severity=Severity.LOW,
    title="Function code changed",
    references=["https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html"],
    tags=["mitre:T1525", "mitre:T1648"],
)
def function_code_changed(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody changed the code of a function, published a layer, or gave up the check of signatures.

    It runs from then on, with the role of the function and all that comes in: a way to stay that nobody
    looks at.

    Known false positives: each deployment; except pipelines by ``actor``, so that changes by hand are left.
    Services' calls, as of CloudFormation, do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    named = first_text(
        event.request_parameters.get("functionName"), event.request_parameters.get("layerName")
    )
    return Violation(f"{event.actor} changed what runs in {named or 'one that is not named'}", resource=named)
