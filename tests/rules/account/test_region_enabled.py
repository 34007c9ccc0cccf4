from trailguard import Violation
from trailguard.rules.account.region_enabled import region_enabled
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

ENABLED = cloudtrail_event("account:EnableRegion", request={"RegionName": "ap-east-1"})
DISABLED = cloudtrail_event("account:DisableRegion", request={"regionName": "ap-east-1"})


def test_names_the_region() -> None:
    assert region_enabled(ENABLED) == [
        Violation("user alice enabled the region ap-east-1", resource="ap-east-1")
    ]
    assert region_enabled(DISABLED) == [
        Violation("user alice disabled the region ap-east-1", resource="ap-east-1")
    ]
    assert_violates(
        region_enabled,
        cloudtrail_event("account:EnableRegion"),
        reason="user alice enabled the region (not named)",
    )


def test_a_failed_call_enabled_nothing() -> None:
    assert_complies(region_enabled, cloudtrail_event("account:EnableRegion", error="AccessDenied"))
