from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.compute.password_data_requested import password_data_requested
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

READ = cloudtrail_event("ec2:GetPasswordData", request={"instanceId": "i-0123EXAMPLE"})
DENIED = cloudtrail_event("ec2:GetPasswordData", error="Client.UnauthorizedOperation")


def test_names_the_instance() -> None:
    assert password_data_requested(READ) == [
        Violation("user alice asked for the password of i-0123EXAMPLE", resource="i-0123EXAMPLE")
    ]
    assert_violates(
        password_data_requested,
        DENIED,
        reason="user alice was denied (Client.UnauthorizedOperation) when they asked for the password of"
        " an instance that is not named",
        resource=None,
    )


def test_an_instance_that_is_not_there() -> None:
    assert_complies(
        password_data_requested,
        cloudtrail_event("ec2:GetPasswordData", error="Client.InvalidInstanceID.NotFound"),
    )


def test_is_told_once_of_one_caller() -> None:
    assert password_data_requested.dedup is not None
    assert password_data_requested.dedup.by == ("account_id", "actor")


def test_calls_of_services() -> None:
    assert_services_do_not_count(password_data_requested, cloudtrail_event("ec2:GetPasswordData"))
