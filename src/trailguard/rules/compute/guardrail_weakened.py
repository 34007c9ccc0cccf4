"""What keeps models of Bedrock in bounds was changed."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "bedrock:DeleteGuardrail",
        "bedrock:UpdateGuardrail",
        "bedrock:DeleteEnforcedGuardrailConfiguration",
        "bedrock:DeleteAutomatedReasoningPolicy",
    ],
    severity=Severity.MEDIUM,
    title="Guardrail of Bedrock changed",
    references=["https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails.html"],
    tags=["mitre:T1562.001"],
)
def guardrail_weakened(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody deleted a guardrail of Bedrock, or changed it, which is low.

    Without it, models say what they must not, and give away what they must keep.

    Known false positives: the team that owns the application; except it by ``actor``. Services' calls do
    not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    named = first_text(
        event.request_parameters.get("guardrailIdentifier"), event.request_parameters.get("policyArn")
    )
    return Violation(
        f"{event.actor} called {event.action} on {named or 'one that is not named'}",
        resource=named,
        severity=Severity.LOW if event.action == "bedrock:UpdateGuardrail" else None,
    )
