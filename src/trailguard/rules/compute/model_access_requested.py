"""Models can be used in the account that could not before."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation

_CALLS = (
    "bedrock:PutUseCaseForModelAccess",
    "bedrock:PutFoundationModelEntitlement",
    "bedrock:CreateFoundationModelAgreement",
)


@rule(
    on=[Match(*_CALLS), Match(*_CALLS, error="AccessDenied*")],
    severity=Severity.LOW,
    title="Access to models requested",
    references=["https://docs.aws.amazon.com/bedrock/latest/userguide/model-access.html"],
    tags=["mitre:T1496.004"],
)
def model_access_requested(event: CloudTrailEvent) -> Violation:
    """Somebody asked for access to models of Bedrock, or was denied to ask.

    Stolen keys are sold to people who want to use models at your cost; access is the first step.

    Known false positives: teams that begin to use models; except them by ``actor``.
    """
    named = first_text(event.request_parameters.get("modelId"))
    did = "called" if event.succeeded else f"was denied ({event.error_code})"
    return Violation(
        f"{event.actor} {did} {event.action} for {named or 'a model that is not named'}", resource=named
    )
