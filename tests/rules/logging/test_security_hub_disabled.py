from trailguard import Violation
from trailguard.rules.logging.security_hub_disabled import security_hub_disabled
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("securityhub:DisableSecurityHub", request={"hubArn": "hub/default"})


def test_names_who_did_it_to_what() -> None:
    assert security_hub_disabled(SAMPLE) == [
        Violation("user alice called securityhub:DisableSecurityHub on hub/default", resource="hub/default")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("securityhub:DisableSecurityHub")

    assert_violates(
        security_hub_disabled,
        event,
        reason="user alice called securityhub:DisableSecurityHub on Security Hub, one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        security_hub_disabled, cloudtrail_event("securityhub:DisableSecurityHub", error="AccessDenied")
    )
