from typing import Any

import pytest

from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.compute.instances_terminated_in_bulk import instances_terminated_in_bulk
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

TWO = {"instancesSet": {"items": [{"instanceId": "i-1"}, {"instanceId": "i-2"}]}}
TERMINATED = cloudtrail_event("ec2:TerminateInstances", request=TWO)
UNNAMED = cloudtrail_event("ec2:TerminateInstances", request={"instancesSet": {"items": [{"x": 1}]}})


def test_names_each_instance() -> None:
    assert instances_terminated_in_bulk(TERMINATED) == [
        Violation("user alice terminated the instance i-1", resource="i-1"),
        Violation("user alice terminated the instance i-2", resource="i-2"),
    ]
    assert_violates(instances_terminated_in_bulk, UNNAMED, resource=None)


@pytest.mark.parametrize("request_parameters", [None, {"instancesSet": {"items": [{}]}}])
def test_none_is_none(request_parameters: dict[str, Any] | None) -> None:
    event = cloudtrail_event("ec2:TerminateInstances", request=request_parameters)

    assert_complies(instances_terminated_in_bulk, event)


def test_counts_instances_of_one_caller() -> None:
    assert instances_terminated_in_bulk.threshold is not None
    assert instances_terminated_in_bulk.threshold.distinct == "resource"


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        instances_terminated_in_bulk, cloudtrail_event("ec2:TerminateInstances", request=TWO)
    )
