"""A runbook was run."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on="ssm:StartAutomationExecution",
    severity=Severity.LOW,
    title="Automation started",
    references=[
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-automation.html"
    ],
    tags=["mitre:T1651", "strict"],
)
def automation_started(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody ran a runbook of Systems Manager.

    It calls AWS with the role that it is given, which may be more than its caller has.

    Known false positives: operations that work so; except them by ``actor``. Services' calls, as of AWS
    Config's remediation, do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    document = first_text(event.request_parameters.get("documentName"))
    return Violation(f"{event.actor} ran the runbook {document or '(not named)'}", resource=document)
