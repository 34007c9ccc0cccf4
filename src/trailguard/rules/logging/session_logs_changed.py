"""What is recorded of sessions on instances was changed."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.verdict import Severity, Violation


@rule(
    on=["ssm:UpdateDocument", "ssm:DeleteDocument", "ssm:UpdateDocumentDefaultVersion"],
    severity=Severity.MEDIUM,
    title="Session Manager logs changed",
    references=["https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-logging.html"],
    tags=["mitre:T1562.008"],
)
def session_logs_changed(event: CloudTrailEvent) -> Violation | None:
    """Somebody changed or deleted the preferences of Session Manager, which say where sessions are logged.

    They are a document, ``SSM-SessionManagerRunShell``. Without a bucket or log group in it, nobody knows
    what was typed on the instances.

    Known false positives: whoever sets them up; except their ``actor``. Not seen: preferences in documents
    of other names.
    """
    if event.request_parameters.get("name") != "SSM-SessionManagerRunShell":
        return None
    return Violation(
        f"{event.actor} changed how sessions are logged by {event.action} of SSM-SessionManagerRunShell",
        resource="SSM-SessionManagerRunShell",
    )
