import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.compute.termination_protection_disabled import termination_protection_disabled
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def modify(**request: object) -> CloudTrailEvent:
    return cloudtrail_event("ec2:ModifyInstanceAttribute", request=request)


DISABLED = modify(instanceId="i-0123EXAMPLE", disableApiTermination={"value": False})
BOTH = modify(disableApiTermination=False, disableApiStop={"value": "false"})


def test_names_the_instance() -> None:
    assert termination_protection_disabled(DISABLED) == [
        Violation(
            "user alice disabled the protection of i-0123EXAMPLE against termination",
            resource="i-0123EXAMPLE",
        )
    ]
    assert_violates(
        termination_protection_disabled,
        BOTH,
        reason="user alice disabled the protection of (not named) against termination and stopping",
        resource=None,
    )


@pytest.mark.parametrize(
    "event",
    [
        modify(instanceId="i-0123EXAMPLE", disableApiTermination={"value": True}),
        modify(instanceId="i-0123EXAMPLE", disableApiTermination=None, disableApiStop={}),
        modify(disableApiTermination=True, disableApiStop={"value": "true"}),
        modify(instanceId="i-0123EXAMPLE", instanceType={"value": "t3.micro"}),
        cloudtrail_event("ec2:ModifyInstanceAttribute"),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(termination_protection_disabled, event)


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        termination_protection_disabled,
        cloudtrail_event("ec2:ModifyInstanceAttribute", request=DISABLED.request_parameters),
    )
