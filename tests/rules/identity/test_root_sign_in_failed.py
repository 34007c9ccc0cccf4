from trailguard import Violation
from trailguard.rules.identity.root_sign_in_failed import root_sign_in_failed
from trailguard.testing import assert_complies, cloudtrail_event, root

FAILED = cloudtrail_event("signin:ConsoleLogin", actor=root(), error="Failed authentication")


def test_names_the_account() -> None:
    assert root_sign_in_failed(FAILED) == [
        Violation("sign-in of root of 111122223333 failed", resource="111122223333")
    ]


def test_success_and_others_do_not_count() -> None:
    assert_complies(root_sign_in_failed, cloudtrail_event("signin:ConsoleLogin", actor=root()))
    assert_complies(
        root_sign_in_failed, cloudtrail_event("signin:ConsoleLogin", error="Failed authentication")
    )


def test_one_failure_is_none() -> None:
    assert root_sign_in_failed.threshold is not None
    assert root_sign_in_failed.threshold.count == 3
