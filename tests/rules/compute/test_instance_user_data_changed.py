import pytest

from trailguard import Violation
from trailguard.rules.compute.instance_user_data_changed import instance_user_data_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

CHANGED = cloudtrail_event(
    "ec2:ModifyInstanceAttribute",
    request={"instanceId": "i-0123EXAMPLE", "userData": "<sensitiveDataRemoved>"},
)
UNNAMED = cloudtrail_event("ec2:ModifyInstanceAttribute", request={"userData": {"value": "x"}})
OLDER = cloudtrail_event(
    "ec2:ModifyInstanceAttribute",
    request={"instanceId": "i-0123EXAMPLE", "attribute": "userData", "value": "<sensitiveDataRemoved>"},
)


def test_names_the_instance() -> None:
    assert instance_user_data_changed(CHANGED) == [
        Violation("user alice changed the user data of the instance i-0123EXAMPLE", resource="i-0123EXAMPLE")
    ]
    assert_violates(instance_user_data_changed, UNNAMED, resource=None)
    assert_violates(instance_user_data_changed, OLDER, resource="i-0123EXAMPLE")


@pytest.mark.parametrize(
    "request_parameters",
    [{"instanceType": {"value": "t3.micro"}}, {"attribute": "instanceType", "value": "t3.micro"}, None],
)
def test_other_attributes(request_parameters: dict[str, object] | None) -> None:
    assert_complies(
        instance_user_data_changed,
        cloudtrail_event("ec2:ModifyInstanceAttribute", request=request_parameters),
    )
