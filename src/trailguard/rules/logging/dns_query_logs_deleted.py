"""Logs of DNS queries were turned off."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "route53resolver:DeleteResolverQueryLogConfig",
        "route53resolver:DisassociateResolverQueryLogConfig",
        "route53:DeleteQueryLoggingConfig",
    ],
    severity=Severity.MEDIUM,
    title="DNS query logs turned off",
    references=[
        "https://docs.aws.amazon.com/Route53/latest/APIReference/API_route53resolver_DeleteResolverQueryLogConfig.html"
    ],
    tags=["mitre:T1562.008"],
)
def dns_query_logs_deleted(event: CloudTrailEvent) -> Violation:
    """Somebody deleted a configuration of query logs, or took a VPC or zone out of it.

    Which names a network asks for shows its malware and its way out of it. GuardDuty has a view of its own,
    and goes on.

    Known false positives: a VPC that is taken down (except who does that by ``actor``), and logs that are
    replaced.
    """
    named = first_text(
        event.request_parameters.get("resolverQueryLogConfigId"), event.request_parameters.get("id")
    )
    return Violation(
        f"{event.actor} called {event.action} on {named or 'one that is not named'}", resource=named
    )
