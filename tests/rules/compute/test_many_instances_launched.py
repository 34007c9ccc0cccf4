import pytest

from callers import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.compute.many_instances_launched import many_instances_launched
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

RUN = cloudtrail_event(
    "ec2:RunInstances", request={"instancesSet": {"items": [{"minCount": 1, "maxCount": 50}]}}
)
FLEET = cloudtrail_event(
    "ec2:CreateFleet",
    request={"CreateFleetRequest": {"TargetCapacitySpecification": {"TotalTargetCapacity": 50}}},
)
SPOT_FLEET = cloudtrail_event(
    "ec2:RequestSpotFleet", request={"spotFleetRequestConfig": {"targetCapacity": 50}}
)
SPOT = cloudtrail_event("ec2:RequestSpotInstances", request={"instanceCount": 20})


def test_names_the_number() -> None:
    assert many_instances_launched(RUN) == [
        Violation("user alice asked for 50 instances by ec2:RunInstances", evidence={"instances": 50})
    ]
    assert_violates(many_instances_launched, FLEET)
    assert_violates(many_instances_launched, SPOT_FLEET)
    assert_violates(
        many_instances_launched, SPOT, reason="user alice asked for 20 instances by ec2:RequestSpotInstances"
    )


@pytest.mark.parametrize(
    "request_parameters",
    [
        {"instancesSet": {"items": [{"maxCount": 19}]}},
        {"instancesSet": {"items": [{"maxCount": "50"}]}},
        {},
        None,
    ],
)
def test_near_misses(request_parameters: dict[str, object] | None) -> None:
    assert_complies(many_instances_launched, cloudtrail_event("ec2:RunInstances", request=request_parameters))


def test_a_fleet_that_is_small_or_of_another_call() -> None:
    small = {"CreateFleetRequest": {"TargetCapacitySpecification": {"TotalTargetCapacity": 19}}}

    assert_complies(many_instances_launched, cloudtrail_event("ec2:CreateFleet", request=small))
    assert_complies(
        many_instances_launched, cloudtrail_event("ec2:RunInstances", request=FLEET.request_parameters)
    )


def test_the_number_is_a_parameter() -> None:
    assert_complies(many_instances_launched, RUN, params={"many": 51})


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        many_instances_launched, cloudtrail_event("ec2:RunInstances", request=RUN.request_parameters)
    )
