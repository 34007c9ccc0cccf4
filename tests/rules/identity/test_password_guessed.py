from trailguard import Violation
from trailguard.rules.identity.password_guessed import password_guessed
from trailguard.testing import assert_complies, cloudtrail_event

FAILED = cloudtrail_event("signin:ConsoleLogin", error="Failed authentication")


def test_names_the_user() -> None:
    assert password_guessed(FAILED) == [Violation("sign-in of user alice failed", resource="alice")]


def test_success_does_not_count() -> None:
    assert_complies(password_guessed, cloudtrail_event("signin:ConsoleLogin"))


def test_counts_events_of_one_user() -> None:
    assert password_guessed.threshold is not None
    assert (password_guessed.threshold.count, password_guessed.threshold.by) == (10, ("account_id", "actor"))
