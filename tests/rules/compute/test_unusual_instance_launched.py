from typing import Any

import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.compute.unusual_instance_launched import Params, unusual_instance_launched
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def launch(kind: object, error: str | None = None, **more: Any) -> CloudTrailEvent:
    made = None if error else {"instancesSet": {"items": [{"instanceId": "i-0123EXAMPLE"}]}}
    return cloudtrail_event(
        "ec2:RunInstances", request={"instanceType": kind}, response=made, error=error, **more
    )


GRAPHICS = launch("p2.xlarge")
LARGE = launch("m7i.48xlarge")
BY_TEMPLATE = cloudtrail_event(
    "ec2:RunInstances",
    request={"launchTemplate": {"launchTemplateId": "lt-0123EXAMPLE"}},
    response={"instancesSet": {"items": [{"instanceId": "i-0123EXAMPLE", "instanceType": "trn1.2xlarge"}]}},
)
OVER_THE_LIMIT = launch("g5.xlarge", "Client.VcpuLimitExceeded")


def test_names_kind_and_instance() -> None:
    assert unusual_instance_launched(GRAPHICS) == [
        Violation(
            "user alice launched an instance of p2.xlarge: i-0123EXAMPLE",
            resource="i-0123EXAMPLE",
            evidence={"instance_type": "p2.xlarge"},
        )
    ]
    assert_violates(unusual_instance_launched, LARGE)
    assert_violates(
        unusual_instance_launched,
        BY_TEMPLATE,
        reason="user alice launched an instance of trn1.2xlarge: i-0123EXAMPLE",
    )
    assert_violates(
        unusual_instance_launched,
        OVER_THE_LIMIT,
        reason="user alice tried (Client.VcpuLimitExceeded) to launch an instance of g5.xlarge",
        resource=None,
    )


@pytest.mark.parametrize(
    "event",
    [
        launch("t3.micro"),
        launch("m5.24"),
        launch(None),
        cloudtrail_event(
            "ec2:RunInstances",
            request={"launchTemplate": {"launchTemplateId": "lt-0123EXAMPLE"}},
            response={
                "instancesSet": {"items": [{"instanceId": "i-0123EXAMPLE", "instanceType": "t3.micro"}]}
            },
        ),
        launch("p2.xlarge", "Client.InvalidParameterValue"),
        launch("p2.xlarge", "Client.DryRunOperation"),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(unusual_instance_launched, event)


def test_kinds_are_parameters() -> None:
    assert unusual_instance_launched(GRAPHICS, Params(families=frozenset())) == []
    assert unusual_instance_launched(launch("t3.micro"), Params(sizes=frozenset({"micro"})))


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        unusual_instance_launched, cloudtrail_event("ec2:RunInstances", request={"instanceType": "p2.xlarge"})
    )
