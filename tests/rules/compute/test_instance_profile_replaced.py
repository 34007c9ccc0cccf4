import pytest

from callers import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.compute.instance_profile_replaced import instance_profile_replaced
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("ec2:AssociateIamInstanceProfile", request={"instanceId": "i-0123EXAMPLE"})


def test_names_who_did_it_to_what() -> None:
    assert instance_profile_replaced(SAMPLE) == [
        Violation("user alice gave another role to i-0123EXAMPLE", resource="i-0123EXAMPLE")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("ec2:AssociateIamInstanceProfile")

    assert_violates(
        instance_profile_replaced,
        event,
        reason="user alice gave another role to an instance that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        instance_profile_replaced, cloudtrail_event("ec2:AssociateIamInstanceProfile", error="AccessDenied")
    )


@pytest.mark.parametrize("key", ["associationId"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        instance_profile_replaced,
        cloudtrail_event("ec2:AssociateIamInstanceProfile", request={key: "i-0123EXAMPLE"}),
        resource="i-0123EXAMPLE",
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        instance_profile_replaced, cloudtrail_event("ec2:AssociateIamInstanceProfile")
    )
