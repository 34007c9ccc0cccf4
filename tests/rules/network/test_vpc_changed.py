from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.network.vpc_changed import vpc_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

CHANGED = cloudtrail_event("ec2:CreateVpc", request={"thingId": "x-1a2b3c4d"})
UNNAMED = cloudtrail_event("ec2:AssociateDhcpOptions")


def test_names_call_and_resource() -> None:
    assert vpc_changed(CHANGED) == [
        Violation("user alice called ec2:CreateVpc on x-1a2b3c4d", resource="x-1a2b3c4d")
    ]
    assert_violates(vpc_changed, UNNAMED, reason="user alice called ec2:AssociateDhcpOptions on (not named)")


def test_failed_calls_changed_nothing() -> None:
    assert_complies(vpc_changed, cloudtrail_event("ec2:CreateVpc", error="Client.UnauthorizedOperation"))
    assert_complies(vpc_changed, cloudtrail_event("ec2:CreateVpc", error="Client.DryRunOperation"))


def test_calls_of_services() -> None:
    assert_services_do_not_count(vpc_changed, CHANGED)
