"""A rule of EventBridge was disabled or deleted."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=["events:DisableRule", "events:DeleteRule", "events:RemoveTargets"],
    severity=Severity.LOW,
    title="EventBridge rule disabled or deleted",
    references=["https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_DisableRule.html"],
    tags=["mitre:T1562.001", "mitre:T1489"],
)
def event_rule_disabled(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody disabled or deleted a rule of EventBridge, or took its targets away.

    Findings of GuardDuty and Security Hub reach people by such rules, and so do events that trailguard
    judges.

    Known false positives: applications that are taken down with their rules, and rules that services manage
    (their calls do not count unless ``service_calls`` says so). Except pipelines by ``actor``.
    """
    if not params.count(event):
        return None
    named = first_text(event.request_parameters.get("name"), event.request_parameters.get("rule"))
    return Violation(
        f"{event.actor} called {event.action} on the rule {named or 'one that is not named'}", resource=named
    )
