from trailguard import Violation
from trailguard.rules.identity.password_policy_deleted import password_policy_deleted
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("iam:DeleteAccountPasswordPolicy", request={"policyName": "for-tests"})


def test_names_who_did_it_to_what() -> None:
    assert password_policy_deleted(SAMPLE) == [
        Violation("user alice called iam:DeleteAccountPasswordPolicy for for-tests", resource="for-tests")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("iam:DeleteAccountPasswordPolicy")

    assert_violates(
        password_policy_deleted,
        event,
        reason="user alice called iam:DeleteAccountPasswordPolicy for one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        password_policy_deleted, cloudtrail_event("iam:DeleteAccountPasswordPolicy", error="AccessDenied")
    )
