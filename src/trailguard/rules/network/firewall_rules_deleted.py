"""Rules of a web application firewall were deleted."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "wafv2:DeleteRuleGroup",
        "wafv2:DeleteIPSet",
        "waf:DeleteRule",
        "waf:DeleteRuleGroup",
        "waf-regional:DeleteRule",
        "waf-regional:DeleteRuleGroup",
    ],
    severity=Severity.LOW,
    title="Firewall rules deleted",
    references=["https://docs.aws.amazon.com/waf/latest/APIReference/API_DeleteRuleGroup.html"],
    tags=["mitre:T1562.007"],
)
def firewall_rules_deleted(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody deleted rules of a web application firewall.

    What they kept out comes in.

    Known false positives: rules that are replaced; except pipelines by ``actor``. Services' calls do not
    count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    named = first_text(
        event.request_parameters.get("name"),
        event.request_parameters.get("ruleId"),
        event.request_parameters.get("ruleGroupId"),
    )
    return Violation(
        f"{event.actor} called {event.action} on {named or 'one that is not named'}", resource=named
    )
