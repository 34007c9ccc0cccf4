from trailguard import Violation
from trailguard.rules.identity.sign_in_failed import sign_in_failed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

FAILED = cloudtrail_event("signin:ConsoleLogin", error="Failed authentication")
UNSAID = cloudtrail_event("signin:ConsoleLogin", error="Failed authentication", errorMessage=None)


def test_names_the_user_and_the_reason() -> None:
    assert sign_in_failed(FAILED) == [
        Violation("sign-in of user alice failed: Failed authentication", resource="alice")
    ]
    assert_violates(sign_in_failed, UNSAID, reason="sign-in of user alice failed: no reason given")


def test_success_is_none() -> None:
    assert_complies(sign_in_failed, cloudtrail_event("signin:ConsoleLogin"))
