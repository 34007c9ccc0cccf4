import pytest

from trailguard import Severity, Violation
from trailguard.rules.logging.guardduty_disabled import guardduty_disabled
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

DELETED = cloudtrail_event("guardduty:DeleteDetector", request={"detectorId": "12abEXAMPLE"})
SUSPENDED = cloudtrail_event(
    "guardduty:UpdateDetector", request={"detectorId": "12abEXAMPLE", "enable": False}
)
FEATURE = cloudtrail_event(
    "guardduty:UpdateDetector",
    request={
        "features": [
            {"name": "S3_DATA_EVENTS", "status": "DISABLED"},
            {"name": "RDS", "status": "ENABLED"},
            {"status": "DISABLED"},
        ]
    },
)


def test_says_what_is_off() -> None:
    assert guardduty_disabled(DELETED) == [
        Violation("user alice deleted the GuardDuty detector 12abEXAMPLE", resource="12abEXAMPLE")
    ]
    assert_violates(
        guardduty_disabled,
        SUSPENDED,
        reason="user alice suspended the GuardDuty detector 12abEXAMPLE",
        severity=Severity.HIGH,
    )
    assert_violates(
        guardduty_disabled,
        FEATURE,
        reason="user alice switched S3_DATA_EVENTS, one off in the GuardDuty detector (not named)",
        severity=Severity.MEDIUM,
    )


@pytest.mark.parametrize(
    "request_parameters",
    [
        None,
        {"enable": True},
        {"findingPublishingFrequency": "SIX_HOURS"},
        {"features": [{"name": "S3_DATA_EVENTS", "status": "ENABLED"}]},
    ],
)
def test_near_misses(request_parameters: dict[str, object] | None) -> None:
    assert_complies(
        guardduty_disabled, cloudtrail_event("guardduty:UpdateDetector", request=request_parameters)
    )


def test_a_denied_call_turned_nothing_off() -> None:
    assert_complies(guardduty_disabled, cloudtrail_event("guardduty:DeleteDetector", error="AccessDenied"))
