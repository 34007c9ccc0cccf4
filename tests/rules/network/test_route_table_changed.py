from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.network.route_table_changed import route_table_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

CHANGED = cloudtrail_event("ec2:CreateRoute", request={"thingId": "x-1a2b3c4d"})
UNNAMED = cloudtrail_event("ec2:AssociateRouteTable")


def test_names_call_and_resource() -> None:
    assert route_table_changed(CHANGED) == [
        Violation("user alice called ec2:CreateRoute on x-1a2b3c4d", resource="x-1a2b3c4d")
    ]
    assert_violates(
        route_table_changed, UNNAMED, reason="user alice called ec2:AssociateRouteTable on (not named)"
    )


def test_failed_calls_changed_nothing() -> None:
    assert_complies(
        route_table_changed, cloudtrail_event("ec2:CreateRoute", error="Client.UnauthorizedOperation")
    )
    assert_complies(route_table_changed, cloudtrail_event("ec2:CreateRoute", error="Client.DryRunOperation"))


def test_calls_of_services() -> None:
    assert_services_do_not_count(route_table_changed, CHANGED)
