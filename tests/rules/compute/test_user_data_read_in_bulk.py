import pytest

from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.compute.user_data_read_in_bulk import user_data_read_in_bulk
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

ASKED = {"attribute": "userData", "instanceId": "i-0123EXAMPLE"}
READ = cloudtrail_event("ec2:DescribeInstanceAttribute", request=ASKED)
DENIED = cloudtrail_event(
    "ec2:DescribeInstanceAttribute", request=ASKED, error="Client.UnauthorizedOperation"
)
UNNAMED = cloudtrail_event("ec2:DescribeInstanceAttribute", request={"attribute": "userData"})


def test_names_the_instance() -> None:
    assert user_data_read_in_bulk(READ) == [
        Violation(
            "user alice asked for the user data of the instance i-0123EXAMPLE", resource="i-0123EXAMPLE"
        )
    ]
    assert_violates(user_data_read_in_bulk, DENIED)
    assert_violates(user_data_read_in_bulk, UNNAMED, resource=None)


@pytest.mark.parametrize("request_parameters", [{"attribute": "instanceType"}, None])
def test_other_attributes(request_parameters: dict[str, object] | None) -> None:
    assert_complies(
        user_data_read_in_bulk, cloudtrail_event("ec2:DescribeInstanceAttribute", request=request_parameters)
    )


def test_counts_instances_of_one_caller() -> None:
    assert user_data_read_in_bulk.threshold is not None
    assert user_data_read_in_bulk.threshold.distinct == "resource"


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        user_data_read_in_bulk, cloudtrail_event("ec2:DescribeInstanceAttribute", request=ASKED)
    )
