from trailguard import Severity, Violation
from trailguard.rules.identity.root_signed_in import root_signed_in
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event, root

WITH_MFA = cloudtrail_event("signin:ConsoleLogin", actor=root(), mfa=True)
WITHOUT = cloudtrail_event("signin:ConsoleLogin", actor=root(), mfa=False)


def test_without_mfa_it_is_worse() -> None:
    assert root_signed_in(WITH_MFA) == [
        Violation("root of 111122223333 signed in to the console", resource="111122223333")
    ]
    assert_violates(
        root_signed_in,
        WITHOUT,
        reason="root of 111122223333 signed in to the console without MFA",
        severity=Severity.CRITICAL,
    )


def test_failures_and_others() -> None:
    assert_complies(
        root_signed_in, cloudtrail_event("signin:ConsoleLogin", actor=root(), error="Failed authentication")
    )
    assert_complies(root_signed_in, cloudtrail_event("signin:ConsoleLogin", mfa=False))
