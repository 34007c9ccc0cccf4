import pytest

from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.account.contacts_changed import contacts_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("account:PutAlternateContact", request={"AlternateContactType": "SECURITY"})


def test_names_who_did_it_to_what() -> None:
    assert contacts_changed(SAMPLE) == [
        Violation("user alice called account:PutAlternateContact for SECURITY", resource="SECURITY")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("account:PutAlternateContact")

    assert_violates(
        contacts_changed,
        event,
        reason="user alice called account:PutAlternateContact for a contact that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(contacts_changed, cloudtrail_event("account:PutAlternateContact", error="AccessDenied"))


@pytest.mark.parametrize("key", ["alternateContactType", "AccountId", "accountId"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        contacts_changed,
        cloudtrail_event("account:PutAlternateContact", request={key: "SECURITY"}),
        resource="SECURITY",
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(contacts_changed, cloudtrail_event("account:PutAlternateContact"))
