import pytest

from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.identity.access_key_activated import access_key_activated
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("iam:UpdateAccessKey", request={"userName": "bob"})


def test_names_who_did_it_to_what() -> None:
    assert access_key_activated(SAMPLE) == [
        Violation("user alice switched a key on or off of bob", resource="bob")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("iam:UpdateAccessKey")

    assert_violates(
        access_key_activated,
        event,
        reason="user alice switched a key on or off of somebody that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(access_key_activated, cloudtrail_event("iam:UpdateAccessKey", error="AccessDenied"))


@pytest.mark.parametrize("key", ["accessKeyId"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        access_key_activated, cloudtrail_event("iam:UpdateAccessKey", request={key: "bob"}), resource="bob"
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(access_key_activated, cloudtrail_event("iam:UpdateAccessKey"))
