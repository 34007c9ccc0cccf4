from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.compute.windows_passwords_requested import windows_passwords_requested
from trailguard.testing import assert_violates, cloudtrail_event

READ = cloudtrail_event("ec2:GetPasswordData", request={"instanceId": "i-0123EXAMPLE"})
DENIED = cloudtrail_event("ec2:GetPasswordData", error="Client.UnauthorizedOperation")


def test_names_the_instance() -> None:
    assert windows_passwords_requested(READ) == [
        Violation("user alice asked for the password of the instance i-0123EXAMPLE", resource="i-0123EXAMPLE")
    ]
    assert_violates(windows_passwords_requested, DENIED, resource=None)


def test_counts_instances_of_one_caller() -> None:
    assert windows_passwords_requested.threshold is not None
    assert windows_passwords_requested.threshold.distinct == "resource"


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        windows_passwords_requested,
        cloudtrail_event("ec2:GetPasswordData", request={"instanceId": "i-0123EXAMPLE"}),
    )
