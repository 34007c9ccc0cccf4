from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.network.network_acl_changed import network_acl_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

CHANGED = cloudtrail_event("ec2:CreateNetworkAcl", request={"thingId": "x-1a2b3c4d"})
UNNAMED = cloudtrail_event("ec2:ReplaceNetworkAclAssociation")


def test_names_call_and_resource() -> None:
    assert network_acl_changed(CHANGED) == [
        Violation("user alice called ec2:CreateNetworkAcl on x-1a2b3c4d", resource="x-1a2b3c4d")
    ]
    assert_violates(
        network_acl_changed,
        UNNAMED,
        reason="user alice called ec2:ReplaceNetworkAclAssociation on (not named)",
    )


def test_failed_calls_changed_nothing() -> None:
    assert_complies(
        network_acl_changed, cloudtrail_event("ec2:CreateNetworkAcl", error="Client.UnauthorizedOperation")
    )
    assert_complies(
        network_acl_changed, cloudtrail_event("ec2:CreateNetworkAcl", error="Client.DryRunOperation")
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(network_acl_changed, CHANGED)
