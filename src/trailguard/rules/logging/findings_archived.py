"""Findings of a security service were put away."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first, first_text, state
from trailguard.rules.logging._names import spelled
from trailguard.verdict import Severity, Violation
from trailguard.windows import Dedup


@rule(
    on=[
        "guardduty:ArchiveFindings",
        "access-analyzer:UpdateFindings",
        "securityhub:BatchUpdateFindings",
        "securityhub:UpdateFindings",
    ],
    severity=Severity.LOW,
    title="Findings archived",
    references=[
        "https://docs.aws.amazon.com/guardduty/latest/APIReference/API_ArchiveFindings.html",
        "https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchUpdateFindings.html",
    ],
    tags=["mitre:T1562.001"],
    dedup=Dedup(within="1h", by=["account_id", "actor"]),
)
def findings_archived(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody archived findings of GuardDuty or Access Analyzer, or suppressed them in Security Hub.

    It is daily work of those who look at findings, and what an intruder does with the finding about them.

    Known false positives: the security team and its automation; except them by ``actor``.
    """
    if not params.count(event) or not _puts_away(event):
        return None
    named = first_text(
        event.request_parameters.get("detectorId"), event.request_parameters.get("analyzerArn")
    )
    return Violation(
        f"{event.actor} put findings away by {event.action} of {named or 'some'}", resource=named
    )


def _puts_away(event: CloudTrailEvent) -> bool:
    if event.event_name == "ArchiveFindings":
        return True
    request = event.request_parameters
    words = (
        request.get("status"),
        spelled(request, "recordState"),
        spelled(first(spelled(request, "workflow")), "status"),
    )
    return any(state(word) in {"archived", "suppressed"} for word in words)
