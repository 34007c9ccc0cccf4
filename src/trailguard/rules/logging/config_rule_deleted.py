"""A rule of AWS Config, or what acts on it, was deleted."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "config:DeleteConfigRule",
        "config:DeleteOrganizationConfigRule",
        "config:DeleteConformancePack",
        "config:DeleteOrganizationConformancePack",
        "config:DeleteConfigurationAggregator",
        "config:DeleteRemediationConfiguration",
    ],
    severity=Severity.LOW,
    title="AWS Config rule deleted",
    references=["https://docs.aws.amazon.com/config/latest/APIReference/API_DeleteConfigRule.html"],
    tags=["mitre:T1562.001", "cis:4.9"],
)
def config_rule_deleted(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody deleted a rule of AWS Config, a pack of them, an aggregator or a remediation.

    What the rule watched is watched no more. It is ordinary work where rules are replaced by better ones,
    and a trace to follow where something else happened.

    Known false positives: Security Hub and Control Tower replace rules of their own: calls of services do
    not count unless ``service_calls`` says so. Except pipelines by ``actor``.
    """
    if not params.count(event):
        return None
    named = first_text(
        event.request_parameters.get("configRuleName"),
        event.request_parameters.get("organizationConfigRuleName"),
        event.request_parameters.get("conformancePackName"),
        event.request_parameters.get("organizationConformancePackName"),
        event.request_parameters.get("configurationAggregatorName"),
    )
    return Violation(
        f"{event.actor} called {event.action} on {named or 'one that is not named'}", resource=named
    )
