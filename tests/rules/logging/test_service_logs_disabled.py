import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.logging.service_logs_disabled import service_logs_disabled
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def eks(logging: object) -> CloudTrailEvent:
    return cloudtrail_event("eks:UpdateClusterConfig", request={"name": "prod", "logging": logging})


def balancer(*attributes: object) -> CloudTrailEvent:
    return cloudtrail_event(
        "elasticloadbalancing:ModifyLoadBalancerAttributes",
        request={"loadBalancerArn": "lb", "attributes": list(attributes)},
    )


TYPES = {"types": ["audit", "api"], "enabled": False}
OFF = {"key": "access_logs.s3.enabled", "value": "false"}

WAF = cloudtrail_event("wafv2:DeleteLoggingConfiguration", request={"resourceArn": "acl"})
BEDROCK = cloudtrail_event("bedrock:DeleteModelInvocationLoggingConfiguration")
EKS = eks({"clusterLogging": [TYPES]})
BALANCER = balancer({"key": "idle_timeout.timeout_seconds", "value": "60"}, OFF)
FIREWALL = cloudtrail_event(
    "network-firewall:UpdateLoggingConfiguration",
    request={"firewallName": "edge", "loggingConfiguration": {"logDestinationConfigs": []}},
)


@pytest.mark.parametrize(
    ("event", "action", "named"),
    [
        (WAF, "wafv2:DeleteLoggingConfiguration", "acl"),
        (EKS, "eks:UpdateClusterConfig", "prod"),
        (BALANCER, "elasticloadbalancing:ModifyLoadBalancerAttributes", "lb"),
        (FIREWALL, "network-firewall:UpdateLoggingConfiguration", "edge"),
    ],
)
def test_names_what_writes_no_logs(event: CloudTrailEvent, action: str, named: str) -> None:
    assert service_logs_disabled(event) == [
        Violation(f"user alice turned logs off by {action} of {named}", resource=named)
    ]


def test_bedrock_has_one_configuration_for_all() -> None:
    assert_violates(
        service_logs_disabled,
        BEDROCK,
        reason="user alice turned logs off by bedrock:DeleteModelInvocationLoggingConfiguration of"
        " (not named)",
    )


@pytest.mark.parametrize(
    "event",
    [
        eks({"clusterLogging": [{"types": ["audit"], "enabled": True}]}),
        eks(None),
        cloudtrail_event("eks:UpdateClusterConfig"),
        balancer({"key": "access_logs.s3.enabled", "value": "true"}),
        balancer({"key": "deletion_protection.enabled", "value": "false"}),
        balancer(),
        cloudtrail_event(
            "network-firewall:UpdateLoggingConfiguration",
            request={"loggingConfiguration": {"logDestinationConfigs": [{"logType": "FLOW"}]}},
        ),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(service_logs_disabled, event)
