from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.compute.lightsail_access_requested import lightsail_access_requested
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

CALLED = cloudtrail_event(
    "lightsail:GetInstanceAccessDetails", request={"instanceName": "blog", "protocol": "ssh"}
)
UNNAMED = cloudtrail_event("lightsail:GetInstanceAccessDetails")
OTHER = cloudtrail_event("lightsail:DownloadDefaultKeyPair", request=None)


def test_names_who_did_it_to_what() -> None:
    assert lightsail_access_requested(CALLED) == [
        Violation("user alice had the key to blog by lightsail:GetInstanceAccessDetails", resource="blog")
    ]
    assert_violates(lightsail_access_requested, OTHER, resource=None)


def test_what_it_was_may_not_be_said() -> None:
    assert_violates(
        lightsail_access_requested,
        UNNAMED,
        reason="user alice had the key to the instances by lightsail:GetInstanceAccessDetails",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        lightsail_access_requested,
        cloudtrail_event("lightsail:GetInstanceAccessDetails", error="AccessDenied"),
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        lightsail_access_requested, cloudtrail_event("lightsail:GetInstanceAccessDetails")
    )
