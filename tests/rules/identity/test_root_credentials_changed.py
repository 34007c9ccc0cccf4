from trailguard import Severity, Violation
from trailguard.rules.identity.root_credentials_changed import root_credentials_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event, iam_user, root

UPDATED = cloudtrail_event("signin:PasswordUpdated", actor=root())
REQUESTED = cloudtrail_event("signin:PasswordRecoveryRequested", actor=root())


def test_names_the_account() -> None:
    assert root_credentials_changed(UPDATED) == [
        Violation(
            "root of 111122223333: PasswordUpdated of the root user of 111122223333", resource="111122223333"
        )
    ]


def test_what_is_only_asked_for_is_less() -> None:
    assert_violates(root_credentials_changed, REQUESTED, severity=Severity.MEDIUM)
    assert_violates(
        root_credentials_changed,
        cloudtrail_event("signin:PasswordRecoveryCompleted", actor=root()),
        severity=Severity.HIGH,
    )


def test_other_users_have_events_of_these_names_too() -> None:
    event = cloudtrail_event("signin:PasswordUpdated", actor=iam_user("alice"))

    assert_complies(root_credentials_changed, event)
