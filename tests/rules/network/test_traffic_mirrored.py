import pytest

from trailguard import Violation
from trailguard.rules.network.traffic_mirrored import traffic_mirrored
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("ec2:CreateTrafficMirrorSession", request={"networkInterfaceId": "eni-1"})


def test_names_who_did_it_to_what() -> None:
    assert traffic_mirrored(SAMPLE) == [
        Violation("user alice called ec2:CreateTrafficMirrorSession for eni-1", resource="eni-1")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("ec2:CreateTrafficMirrorSession")

    assert_violates(
        traffic_mirrored,
        event,
        reason="user alice called ec2:CreateTrafficMirrorSession for an interface that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        traffic_mirrored, cloudtrail_event("ec2:CreateTrafficMirrorSession", error="AccessDenied")
    )


@pytest.mark.parametrize("key", ["trafficMirrorTargetId", "networkLoadBalancerArn"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        traffic_mirrored,
        cloudtrail_event("ec2:CreateTrafficMirrorSession", request={key: "eni-1"}),
        resource="eni-1",
    )
