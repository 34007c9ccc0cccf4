import pytest

from trailguard import CloudTrailEvent, Match, Severity, Violation
from trailguard.rules.network.instance_launched_with_public_address import (
    instance_launched_with_public_address,
)
from trailguard.testing import cloudtrail_event


def launched(*interfaces: dict[str, object], instances: object = None, **request: object) -> CloudTrailEvent:
    made = {"items": [{"instanceId": "i-1a2b3c4d", "subnetId": "subnet-1a2b3c4d"}]}
    return cloudtrail_event(
        "ec2:RunInstances",
        request={
            "instancesSet": {"items": [{"imageId": "ami-1a2b3c4d", "minCount": 1, "maxCount": 2}]},
            "instanceType": "t3.micro",
            "networkInterfaceSet": {"items": list(interfaces)} if interfaces else {},
        }
        | request,
        response={"reservationId": "r-1a2b3c4d", "instancesSet": made if instances is None else instances},
    )


PUBLIC = {
    "deviceIndex": 0,
    "associatePublicIpAddress": True,
    "groupSet": {"items": [{"groupId": "sg-1a2b3c4d"}]},
}
ONE = launched(PUBLIC)
TWO = launched(PUBLIC, instances={"items": [{"instanceId": "i-1a2b3c4d"}, {"instanceId": "i-5e6f7a8b"}]})


def test_names_the_instance() -> None:
    assert instance_launched_with_public_address(ONE) == [
        Violation(
            "user alice launched i-1a2b3c4d with a public address",
            resource="i-1a2b3c4d",
            evidence={"instance_id": "i-1a2b3c4d"},
        )
    ]


def test_one_violation_for_each_instance() -> None:
    violations = instance_launched_with_public_address(TWO)

    assert [violation.resource for violation in violations] == ["i-1a2b3c4d", "i-5e6f7a8b"]


def test_one_violation_where_the_response_names_none() -> None:
    """A response over CloudTrail's size limit is left out."""
    (violation,) = instance_launched_with_public_address(launched(PUBLIC, instances={}))

    assert violation.resource is None
    assert violation.reason == "user alice launched an instance with a public address"


def test_any_of_the_interfaces_counts() -> None:
    private: dict[str, object] = {"deviceIndex": 0, "associatePublicIpAddress": False}

    assert len(instance_launched_with_public_address(launched(private, PUBLIC))) == 1


@pytest.mark.parametrize(
    "event",
    [
        launched(),
        launched({"deviceIndex": 0, "associatePublicIpAddress": False}),
        launched({"deviceIndex": 0, "networkInterfaceId": "eni-1a2b3c4d"}),
        launched(subnetId="subnet-1a2b3c4d", associatePublicIpAddress=True),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert instance_launched_with_public_address(event) == []


def test_listens_to_calls_that_went_through() -> None:
    assert instance_launched_with_public_address.matches() == (Match("ec2:RunInstances", outcome="success"),)
    assert instance_launched_with_public_address.severity is Severity.MEDIUM
