from trailguard import Violation
from trailguard.rules.account.account_removed import account_removed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("organizations:CloseAccount", request={"accountId": "444455556666"})


def test_names_who_did_it_to_what() -> None:
    assert account_removed(SAMPLE) == [
        Violation("user alice called organizations:CloseAccount on 444455556666", resource="444455556666")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("organizations:CloseAccount")

    assert_violates(
        account_removed,
        event,
        reason="user alice called organizations:CloseAccount on an account that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(account_removed, cloudtrail_event("organizations:CloseAccount", error="AccessDenied"))
