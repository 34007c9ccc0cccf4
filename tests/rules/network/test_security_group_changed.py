from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.network.security_group_changed import security_group_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

CHANGED = cloudtrail_event("ec2:CreateSecurityGroup", request={"thingId": "x-1a2b3c4d"})
UNNAMED = cloudtrail_event("ec2:ModifySecurityGroupRules")


def test_names_call_and_resource() -> None:
    assert security_group_changed(CHANGED) == [
        Violation("user alice called ec2:CreateSecurityGroup on x-1a2b3c4d", resource="x-1a2b3c4d")
    ]
    assert_violates(
        security_group_changed,
        UNNAMED,
        reason="user alice called ec2:ModifySecurityGroupRules on (not named)",
    )


def test_failed_calls_changed_nothing() -> None:
    assert_complies(
        security_group_changed,
        cloudtrail_event("ec2:CreateSecurityGroup", error="Client.UnauthorizedOperation"),
    )
    assert_complies(
        security_group_changed, cloudtrail_event("ec2:CreateSecurityGroup", error="Client.DryRunOperation")
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(security_group_changed, CHANGED)
