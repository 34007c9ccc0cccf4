"""Findings of a detector are put away by themselves."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text, state
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "guardduty:CreateFilter",
        "guardduty:UpdateFilter",
        "macie2:CreateFindingsFilter",
        "macie2:UpdateFindingsFilter",
    ],
    severity=Severity.MEDIUM,
    title="Findings suppressed",
    references=["https://docs.aws.amazon.com/guardduty/latest/ug/findings_suppression-rule.html"],
    tags=["mitre:T1562.001"],
)
def findings_suppressed(event: CloudTrailEvent) -> Violation | None:
    """Somebody made a filter by which GuardDuty or Macie archives findings as soon as they are made.

    Suppressed findings go to nobody: not to Security Hub, not to EventBridge. It is how a team keeps quiet
    what is known, and how an intruder does.

    Known false positives: the security team's own filters; except them by ``actor``.
    """
    name = first_text(event.request_parameters.get("name"), event.request_parameters.get("filterName"))
    if state(event.request_parameters.get("action")) != "archive":
        return None
    return Violation(
        f"{event.actor} suppressed the findings of the filter {name or '(not named)'}", resource=name
    )
