import pytest

from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.identity.mfa_device_deactivated import mfa_device_deactivated
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event, root

SERIAL = "arn:aws:iam::111122223333:mfa/phone"
OF_ROOT = "arn:aws:iam::111122223333:mfa/root-account-mfa-device"
OF_BOB = cloudtrail_event("iam:DeactivateMFADevice", request={"userName": "bob", "serialNumber": SERIAL})
DELETED = cloudtrail_event("iam:DeleteVirtualMFADevice", request={"serialNumber": OF_ROOT})
BY_ROOT = cloudtrail_event("iam:DeactivateMFADevice", actor=root())


def test_names_device_and_user() -> None:
    assert mfa_device_deactivated(OF_BOB) == [
        Violation(f"user alice deactivated the MFA device {SERIAL} of bob", resource="bob")
    ]


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (DELETED, f"user alice deactivated the MFA device {OF_ROOT}"),
        (BY_ROOT, "root of 111122223333 deactivated the MFA device (not named)"),
    ],
)
def test_that_of_root_is_worse(event: CloudTrailEvent, reason: str) -> None:
    assert_violates(mfa_device_deactivated, event, reason=reason, severity=Severity.HIGH)


def test_a_failed_call_deactivated_nothing() -> None:
    assert_complies(mfa_device_deactivated, cloudtrail_event("iam:DeactivateMFADevice", error="AccessDenied"))
