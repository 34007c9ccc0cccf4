"""One caller tries which models it may use."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation
from trailguard.windows import Threshold


@rule(
    on=Match(
        "bedrock:InvokeModel",
        "bedrock:InvokeModelWithResponseStream",
        "bedrock:Converse",
        "bedrock:ConverseStream",
        error=["AccessDenied*", "ValidationException", "ResourceNotFoundException"],
    ),
    severity=Severity.MEDIUM,
    title="Models tried one after the other",
    references=["https://docs.aws.amazon.com/bedrock/latest/userguide/security-iam.html"],
    tags=["mitre:T1496.004", "mitre:T1580"],
    threshold=Threshold(3, within="10m", by="actor", distinct="resource"),
)
def models_tried(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Calls of three different models failed for one caller within ten minutes.

    Whoever checks stolen keys asks model after model for an answer, with a request that costs nothing
    because it is wrong. Calls that were too many do not count.

    Known false positives: developers who look for a model that they may use; ask. Services' calls do not
    count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    model = first_text(event.request_parameters.get("modelId"))
    return Violation(f"{event.actor} tried the model {model or '(not named)'}, which failed", resource=model)
