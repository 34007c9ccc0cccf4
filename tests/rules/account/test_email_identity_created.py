import pytest

from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.account.email_identity_created import email_identity_created
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("ses:VerifyEmailIdentity", request={"emailAddress": "example.com"})


def test_names_who_did_it_to_what() -> None:
    assert email_identity_created(SAMPLE) == [
        Violation("user alice made an identity for mail of example.com", resource="example.com")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("ses:VerifyEmailIdentity")

    assert_violates(
        email_identity_created,
        event,
        reason="user alice made an identity for mail of one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(email_identity_created, cloudtrail_event("ses:VerifyEmailIdentity", error="AccessDenied"))


@pytest.mark.parametrize("key", ["emailIdentity", "EmailIdentity", "domain"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        email_identity_created,
        cloudtrail_event("ses:VerifyEmailIdentity", request={key: "example.com"}),
        resource="example.com",
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(email_identity_created, cloudtrail_event("ses:VerifyEmailIdentity"))
