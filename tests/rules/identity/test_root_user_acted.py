from trailguard import Match, Violation
from trailguard.rules.identity.root_user_acted import root_user_acted
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event, root

ACTED = cloudtrail_event("s3:ListBuckets", actor=root())
FAILED = cloudtrail_event("ec2:RunInstances", actor=root(), error="Client.UnauthorizedOperation")


def test_names_the_account_and_the_call() -> None:
    assert root_user_acted(ACTED) == [
        Violation("root of 111122223333 called s3:ListBuckets", resource="111122223333")
    ]
    assert_violates(
        root_user_acted, FAILED, reason="root of 111122223333 called ec2:RunInstances, which failed"
    )


def test_others_and_sign_ins_are_not_asked_about() -> None:
    assert_complies(root_user_acted, cloudtrail_event("signin:ConsoleLogin", actor=root()))
    assert root_user_acted.matches() == (Match("*:*", identity="Root", outcome="any"),)


def test_services_count_where_somebody_says_so() -> None:
    """For one reason at a time."""
    invoked = cloudtrail_event(
        "kms:Decrypt", actor={**root(), "invokedBy": "s3.amazonaws.com"}, source_ip="198.51.100.7"
    )
    internal = cloudtrail_event("kms:Decrypt", actor=root(), source_ip="AWS Internal")

    for event in (invoked, internal):
        assert_complies(root_user_acted, event)
        assert_violates(root_user_acted, event, params={"service_calls": True})
