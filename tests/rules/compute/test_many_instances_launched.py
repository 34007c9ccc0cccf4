from typing import Any

import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.compute.many_instances_launched import many_instances_launched
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

WAYS: list[tuple[str, Any]] = [
    ("ec2:RunInstances", lambda many: {"instancesSet": {"items": [{"minCount": 1, "maxCount": many}]}}),
    (
        "ec2:CreateFleet",
        lambda many: {"CreateFleetRequest": {"TargetCapacitySpecification": {"TotalTargetCapacity": many}}},
    ),
    ("ec2:RequestSpotFleet", lambda many: {"spotFleetRequestConfig": {"targetCapacity": many}}),
    ("ec2:RequestSpotInstances", lambda many: {"instanceCount": many}),
    ("autoscaling:CreateAutoScalingGroup", lambda many: {"minSize": 0, "desiredCapacity": many}),
    ("lightsail:CreateInstances", lambda many: {"instanceNames": [f"i{number}" for number in range(many)]}),
]
RUN = cloudtrail_event(
    "ec2:RunInstances", request={"instancesSet": {"items": [{"minCount": 1, "maxCount": 50}]}}
)
OVER_THE_LIMIT = cloudtrail_event(
    "ec2:RunInstances", request=RUN.request_parameters, error="Client.VcpuLimitExceeded"
)
FLEET = cloudtrail_event("ec2:CreateFleet", request=WAYS[1][1](50))


def test_names_the_number() -> None:
    assert many_instances_launched(RUN) == [
        Violation("user alice asked for 50 instances by ec2:RunInstances", evidence={"instances": 50})
    ]
    assert_violates(
        many_instances_launched,
        OVER_THE_LIMIT,
        reason="user alice asked for 50 instances by ec2:RunInstances (Client.VcpuLimitExceeded)",
    )


@pytest.mark.parametrize(("action", "request_for"), WAYS)
def test_all_ways_to_ask_for_many(action: str, request_for: Any) -> None:
    assert_violates(many_instances_launched, cloudtrail_event(action, request=request_for(20)))
    assert_complies(many_instances_launched, cloudtrail_event(action, request=request_for(19)))


@pytest.mark.parametrize(
    "event",
    [
        cloudtrail_event("ec2:RunInstances", request={"instancesSet": {"items": [{"maxCount": "50"}]}}),
        cloudtrail_event("ec2:RunInstances", request=FLEET.request_parameters),
        cloudtrail_event("ec2:RunInstances", request=RUN.request_parameters, error="Client.DryRunOperation"),
        cloudtrail_event(
            "lightsail:CreateInstances", request={"instanceNames": ["", *"abcdefghijklmnopqrs"]}
        ),
        cloudtrail_event("ec2:RunInstances"),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(many_instances_launched, event)


def test_the_number_is_a_parameter() -> None:
    assert_complies(many_instances_launched, RUN, params={"many": 51})


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        many_instances_launched, cloudtrail_event("ec2:RunInstances", request=RUN.request_parameters)
    )
