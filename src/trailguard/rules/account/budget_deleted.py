"""What watches over costs was deleted."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "budgets:DeleteBudget",
        "budgets:DeleteBudgetAction",
        "budgets:DeleteNotification",
        "ce:DeleteAnomalyMonitor",
        "ce:DeleteAnomalySubscription",
    ],
    severity=Severity.MEDIUM,
    title="Budget or cost monitor deleted",
    references=[
        "https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_DeleteBudget.html"
    ],
    tags=["mitre:T1562.001", "mitre:T1496"],
)
def budget_deleted(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody deleted a budget, what it does, or a monitor for unusual costs.

    For many, the bill is what tells them of miners first.

    Known false positives: budgets of projects that end; except their pipeline by ``actor``.
    """
    if not params.count(event):
        return None
    named = first_text(
        event.request_parameters.get("budgetName"),
        event.request_parameters.get("monitorArn"),
        event.request_parameters.get("subscriptionArn"),
    )
    return Violation(
        f"{event.actor} called {event.action} on {named or 'one that is not named'}", resource=named
    )
