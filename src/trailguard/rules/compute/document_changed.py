"""What instances may be told to run was changed."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=["ssm:CreateDocument", "ssm:UpdateDocument", "ssm:UpdateDocumentDefaultVersion"],
    severity=Severity.LOW,
    title="Systems Manager document changed",
    references=["https://docs.aws.amazon.com/systems-manager/latest/userguide/documents.html"],
    tags=["mitre:T1651", "strict"],
)
def document_changed(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody made a document of Systems Manager, or changed what one does.

    What runs it runs the new version from then on, on instances as root, or with an automation's role.

    Known false positives: each deployment that has documents; except pipelines by ``actor``. Services' calls
    do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    name = first_text(event.request_parameters.get("name"))
    return Violation(
        f"{event.actor} called {event.action} of {name or 'one that is not named'}", resource=name
    )
