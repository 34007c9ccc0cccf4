from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.network.network_gateway_changed import network_gateway_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

CHANGED = cloudtrail_event("ec2:CreateInternetGateway", request={"thingId": "x-1a2b3c4d"})
UNNAMED = cloudtrail_event("ec2:CreateEgressOnlyInternetGateway")


def test_names_call_and_resource() -> None:
    assert network_gateway_changed(CHANGED) == [
        Violation("user alice called ec2:CreateInternetGateway on x-1a2b3c4d", resource="x-1a2b3c4d")
    ]
    assert_violates(
        network_gateway_changed,
        UNNAMED,
        reason="user alice called ec2:CreateEgressOnlyInternetGateway on (not named)",
    )


def test_failed_calls_changed_nothing() -> None:
    assert_complies(
        network_gateway_changed,
        cloudtrail_event("ec2:CreateInternetGateway", error="Client.UnauthorizedOperation"),
    )
    assert_complies(
        network_gateway_changed, cloudtrail_event("ec2:CreateInternetGateway", error="Client.DryRunOperation")
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(network_gateway_changed, CHANGED)
