"""What filters traffic to applications or out of networks was taken away."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "wafv2:DeleteWebACL",
        "wafv2:DisassociateWebACL",
        "waf:DeleteWebACL",
        "waf-regional:DeleteWebACL",
        "waf-regional:DisassociateWebACL",
        "network-firewall:DeleteFirewall",
        "network-firewall:DeleteFirewallPolicy",
        "network-firewall:DeleteRuleGroup",
        "shield:DeleteProtection",
        "shield:DeleteSubscription",
        "route53resolver:DisassociateFirewallRuleGroup",
        "route53resolver:DeleteFirewallRuleGroup",
    ],
    severity=Severity.MEDIUM,
    title="Firewall removed",
    references=[
        "https://docs.aws.amazon.com/waf/latest/APIReference/API_DisassociateWebACL.html",
        "https://docs.aws.amazon.com/network-firewall/latest/APIReference/API_DeleteFirewall.html",
    ],
    tags=["mitre:T1562.007"],
)
def firewall_removed(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody deleted a web ACL, a firewall, its rules or a protection, or took it from what it protects.

    What it kept out comes in, or what it kept in goes out.

    Known false positives: applications that are taken down with their firewall; except pipelines by
    ``actor``. Services' calls, as of Firewall Manager, do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    named = first_text(
        event.request_parameters.get("resourceArn"),
        event.request_parameters.get("name"),
        event.request_parameters.get("webACLId"),
        event.request_parameters.get("firewallName"),
        event.request_parameters.get("firewallArn"),
        event.request_parameters.get("firewallPolicyName"),
        event.request_parameters.get("ruleGroupName"),
        event.request_parameters.get("protectionId"),
        event.request_parameters.get("firewallRuleGroupAssociationId"),
        event.request_parameters.get("firewallRuleGroupId"),
    )
    return Violation(
        f"{event.actor} called {event.action} on {named or 'one that is not named'}", resource=named
    )
