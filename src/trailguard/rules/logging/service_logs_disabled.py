"""A service was told to write no logs any more."""

from __future__ import annotations

from typing import Any

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first, first_text, is_true, items, texts
from trailguard.rules.logging._names import spelled
from trailguard.verdict import Severity, Violation

_NAMES = (
    "resourceArn",
    "clusterIdentifier",
    "name",
    "loadBalancerArn",
    "loadBalancerName",
    "firewallName",
    "firewallArn",
    "dBInstanceIdentifier",
    "dBClusterIdentifier",
    "accessLogSubscriptionIdentifier",
)
_WHO_DID_WHAT = {"api", "audit", "authenticator"}


def _eks(request: dict[str, Any]) -> Severity | None:
    """Who turns one type on sends all others along as off, so that these count for less."""
    logs = items(first(request.get("logging")).get("clusterLogging"))
    off = {name for one in logs if one.get("enabled") is False for name in texts(one.get("types"))}
    on = {name for one in logs if one.get("enabled") is True for name in texts(one.get("types"))}
    if "audit" in on or not off & _WHO_DID_WHAT:
        return None
    return Severity.LOW if on else Severity.MEDIUM


def _load_balancer(request: dict[str, Any]) -> Severity | None:
    """Terraform says of balancers that never had logs that they have none."""
    asked = [one for one in items(request.get("attributes")) if one.get("key") == "access_logs.s3.enabled"]
    classic = first(first(request.get("loadBalancerAttributes")).get("accessLog"))
    off = classic.get("enabled") is False or any(not is_true(one.get("value")) for one in asked)
    return Severity.LOW if off else None


def _network_firewall(request: dict[str, Any]) -> Severity | None:
    asked = first(spelled(request, "loggingConfiguration"))
    return None if items(spelled(asked, "logDestinationConfigs")) else Severity.MEDIUM


def _bedrock(request: dict[str, Any]) -> Severity | None:
    asked = first(request.get("loggingConfig"))
    kept = first(asked.get("s3Config")) or first(asked.get("cloudWatchConfig"))
    return Severity.MEDIUM if asked.get("textDataDeliveryEnabled") is False or (asked and not kept) else None


def _database(request: dict[str, Any]) -> Severity | None:
    off = texts(first(request.get("cloudwatchLogsExportConfiguration")).get("disableLogTypes"))
    return (Severity.MEDIUM if "audit" in off else Severity.LOW) if off else None


# Calls that turn logs off, and on, and much else.
_SOMETIMES = {
    "eks:UpdateClusterConfig": _eks,
    "elasticloadbalancing:ModifyLoadBalancerAttributes": _load_balancer,
    "network-firewall:UpdateLoggingConfiguration": _network_firewall,
    "bedrock:PutModelInvocationLoggingConfiguration": _bedrock,
    "rds:ModifyDBInstance": _database,
    "rds:ModifyDBCluster": _database,
}


@rule(
    on=[
        "wafv2:DeleteLoggingConfiguration",
        "waf:DeleteLoggingConfiguration",
        "waf-regional:DeleteLoggingConfiguration",
        "redshift:DisableLogging",
        "rds:StopActivityStream",
        "bedrock:DeleteModelInvocationLoggingConfiguration",
        "vpc-lattice:DeleteAccessLogSubscription",
        *_SOMETIMES,
    ],
    severity=Severity.MEDIUM,
    title="Logs of a service turned off",
    references=[
        "https://docs.aws.amazon.com/waf/latest/developerguide/logging.html",
        "https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html",
        "https://docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html",
    ],
    tags=["mitre:T1562.008"],
)
def service_logs_disabled(event: CloudTrailEvent) -> Violation | None:
    """Somebody turned off what a service writes down: WAF, a database, Bedrock, EKS, a load balancer.

    Each of them says who asked what of an application: what an intruder who came in by it has to hide.

    Known false positives: resources that are taken down with their logs, and logs that are given up for
    their price. Except pipelines by ``actor``. Where the call may say so of what never wrote logs (load
    balancers, and EKS beside types that are on), and for errors and slow queries of databases, it is low.
    """
    decide = _SOMETIMES.get(event.action)
    severity = decide(event.request_parameters) if decide else Severity.MEDIUM
    if severity is None:
        return None
    named = first_text(*(spelled(event.request_parameters, name) for name in _NAMES))
    return Violation(
        f"{event.actor} turned logs off by {event.action} of {named or '(not named)'}",
        resource=named,
        severity=severity,
    )
