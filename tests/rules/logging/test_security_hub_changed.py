import pytest

from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.logging.security_hub_changed import security_hub_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("securityhub:EnableSecurityHub", request={"insightArn": "insight-1"})


def test_names_who_did_it_to_what() -> None:
    assert security_hub_changed(SAMPLE) == [
        Violation("user alice used securityhub:EnableSecurityHub on insight-1", resource="insight-1")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("securityhub:EnableSecurityHub")

    assert_violates(
        security_hub_changed,
        event,
        reason="user alice used securityhub:EnableSecurityHub on something that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        security_hub_changed, cloudtrail_event("securityhub:EnableSecurityHub", error="AccessDenied")
    )


@pytest.mark.parametrize("key", ["standardsControlArn"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        security_hub_changed,
        cloudtrail_event("securityhub:EnableSecurityHub", request={key: "insight-1"}),
        resource="insight-1",
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(security_hub_changed, cloudtrail_event("securityhub:EnableSecurityHub"))
