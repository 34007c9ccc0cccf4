from typing import Any

import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.account.unused_region_used import Params, unused_region_used
from trailguard.testing import cloudtrail_event

IN_USE = Params(regions=frozenset({"us-east-1", "eu-west-1"}))


def launch(region: str, **more: Any) -> CloudTrailEvent:
    return cloudtrail_event("ec2:RunInstances", region=region, **more)


ELSEWHERE = launch("ap-east-1")


def test_names_the_region() -> None:
    assert unused_region_used(ELSEWHERE, IN_USE) == [
        Violation("user alice called ec2:RunInstances in ap-east-1, which nobody uses", resource="ap-east-1")
    ]


@pytest.mark.parametrize(
    "event",
    [
        launch("eu-west-1"),
        launch("ap-east-1", awsRegion=None),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert unused_region_used(event, IN_USE) == []


def test_calls_of_services() -> None:
    assert_services_do_not_count(unused_region_used, ELSEWHERE, regions=["us-east-1"])


def test_it_listens_where_regions_are_named() -> None:
    assert unused_region_used.matches() == ()
    assert "ec2:RunInstances" in unused_region_used.matches(IN_USE)[0].on
