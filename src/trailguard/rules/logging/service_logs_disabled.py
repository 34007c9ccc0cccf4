"""A service was told to write no logs any more."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first, first_text, is_true, items
from trailguard.verdict import Severity, Violation

_NAMES = (
    "resourceArn",
    "webACLArn",
    "clusterIdentifier",
    "name",
    "loadBalancerArn",
    "loadBalancerName",
    "firewallName",
    "firewallArn",
)


def _eks(event: CloudTrailEvent) -> bool:
    logs = items(first(event.request_parameters.get("logging")).get("clusterLogging"))
    return any(one.get("enabled") is False for one in logs)


def _load_balancer(event: CloudTrailEvent) -> bool:
    attributes = items(event.request_parameters.get("attributes"))
    return any(
        one.get("key") == "access_logs.s3.enabled" and not is_true(one.get("value")) for one in attributes
    )


def _network_firewall(event: CloudTrailEvent) -> bool:
    asked = first(event.request_parameters.get("loggingConfiguration"))
    return not items(asked.get("logDestinationConfigs"))


# Calls that turn logs off, and on, and much else.
_SOMETIMES = {
    "eks:UpdateClusterConfig": _eks,
    "elasticloadbalancing:ModifyLoadBalancerAttributes": _load_balancer,
    "network-firewall:UpdateLoggingConfiguration": _network_firewall,
}


@rule(
    on=[
        "wafv2:DeleteLoggingConfiguration",
        "redshift:DisableLogging",
        "rds:StopActivityStream",
        "bedrock:DeleteModelInvocationLoggingConfiguration",
        "network-firewall:UpdateLoggingConfiguration",
        "eks:UpdateClusterConfig",
        "elasticloadbalancing:ModifyLoadBalancerAttributes",
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
    """Somebody turned off what a service writes down: WAF, Redshift, RDS, Bedrock, EKS, or a load balancer.

    Each of them says who asked what of an application: what an intruder who came in by it has to hide.

    Known false positives: resources that are taken down (their deletion is another call), and logs that are
    given up for their price. Except pipelines by ``actor``.
    """
    if event.action in _SOMETIMES and not _SOMETIMES[event.action](event):
        return None
    request = event.request_parameters
    named = first_text(*map(request.get, _NAMES))
    return Violation(
        f"{event.actor} turned logs off by {event.action} of {named or '(not named)'}", resource=named
    )
