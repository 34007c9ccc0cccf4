"""Findings of a detector are put away by themselves."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first, first_text, items, state
from trailguard.rules.logging._names import spelled
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "guardduty:CreateFilter",
        "guardduty:UpdateFilter",
        "macie2:CreateFindingsFilter",
        "macie2:UpdateFindingsFilter",
        "inspector2:CreateFilter",
        "inspector2:UpdateFilter",
        "access-analyzer:CreateArchiveRule",
        "access-analyzer:UpdateArchiveRule",
        "securityhub:CreateAutomationRule",
    ],
    severity=Severity.MEDIUM,
    title="Findings suppressed",
    references=["https://docs.aws.amazon.com/guardduty/latest/ug/findings_suppression-rule.html"],
    tags=["mitre:T1562.001"],
)
def findings_suppressed(event: CloudTrailEvent) -> Violation | None:
    """Somebody made a filter by which a security service puts findings away as soon as they are made.

    Suppressed findings go to nobody: not to Security Hub, not to EventBridge. It is how a team keeps quiet
    what is known, and how an intruder does.

    Known false positives: the security team's own filters; except them by ``actor``.
    """
    request = event.request_parameters
    if not (
        event.service == "access-analyzer"
        or state(request.get("action")) in {"archive", "suppress"}
        or _suppresses(spelled(request, "actions"))
    ):
        return None
    name = first_text(*(spelled(request, key) for key in ("name", "filterName", "ruleName", "filterArn")))
    return Violation(
        f"{event.actor} suppressed the findings of the filter {name or '(not named)'}", resource=name
    )


def _suppresses(actions: object) -> bool:
    """Tell whether an action of an automation rule of Security Hub ends the work with a finding."""
    changes = [first(spelled(action, "findingFieldsUpdate")) for action in items(actions)]
    ends = [spelled(first(spelled(change, "workflow")), "status") for change in changes]
    return any(end in {"SUPPRESSED", "RESOLVED"} for end in map(first_text, ends))
