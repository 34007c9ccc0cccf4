"""A function was given other code."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text, is_true
from trailguard.rules.compute._functions import function_of
from trailguard.verdict import Severity, Violation


@rule(
    on=["lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration", "lambda:PublishLayerVersion"],
    severity=Severity.LOW,
    title="Function code changed",
    references=[
        "https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html",
        "https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html",
    ],
    tags=["mitre:T1525", "mitre:T1648"],
)
def function_code_changed(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody changed the code of a function, gave it layers, or published a layer.

    It runs from then on, with the role of the function and all that comes in: a way to stay that nobody
    looks at.

    Known false positives: each deployment; except pipelines by ``actor``, so that changes by hand are left.
    Services' calls, as of CloudFormation, do not count unless ``service_calls`` says so.
    """
    request = event.request_parameters
    configured = event.action == "lambda:UpdateFunctionConfiguration"
    if (
        not params.count(event)
        or is_true(request.get("dryRun"))
        or (configured and not request.get("layers"))
    ):
        return None
    named = function_of(event) or first_text(request.get("layerName"))
    return Violation(f"{event.actor} changed what runs in {named or 'one that is not named'}", resource=named)
