import pytest

from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.network.private_zone_associated import private_zone_associated
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("route53:AssociateVPCWithHostedZone", request={"hostedZoneId": "Z1EXAMPLE"})


def test_names_who_did_it_to_what() -> None:
    assert private_zone_associated(SAMPLE) == [
        Violation(
            "user alice called route53:AssociateVPCWithHostedZone on the zone Z1EXAMPLE", resource="Z1EXAMPLE"
        )
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("route53:AssociateVPCWithHostedZone")

    assert_violates(
        private_zone_associated,
        event,
        reason="user alice called route53:AssociateVPCWithHostedZone on the zone one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        private_zone_associated, cloudtrail_event("route53:AssociateVPCWithHostedZone", error="AccessDenied")
    )


@pytest.mark.parametrize("key", ["id"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        private_zone_associated,
        cloudtrail_event("route53:AssociateVPCWithHostedZone", request={key: "Z1EXAMPLE"}),
        resource="Z1EXAMPLE",
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        private_zone_associated, cloudtrail_event("route53:AssociateVPCWithHostedZone")
    )
