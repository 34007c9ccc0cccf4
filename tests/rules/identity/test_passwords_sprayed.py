from trailguard import Violation
from trailguard.rules.identity.passwords_sprayed import passwords_sprayed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

FAILED = cloudtrail_event("signin:ConsoleLogin", error="Failed authentication", source_ip="198.51.100.9")
UNKNOWN = cloudtrail_event("signin:ConsoleLogin", error="Failed authentication", sourceIPAddress=None)


def test_names_the_address() -> None:
    assert passwords_sprayed(FAILED) == [
        Violation("sign-in of user alice failed, from 198.51.100.9", resource="198.51.100.9")
    ]
    assert_violates(
        passwords_sprayed, UNKNOWN, reason="sign-in of user alice failed, from an unknown address"
    )


def test_success_does_not_count() -> None:
    assert_complies(passwords_sprayed, cloudtrail_event("signin:ConsoleLogin"))


def test_counts_users_of_one_address() -> None:
    assert passwords_sprayed.threshold is not None
    assert (passwords_sprayed.threshold.by, passwords_sprayed.threshold.distinct) == (("source_ip",), "actor")
