import pytest

from trailguard import Violation
from trailguard.rules.identity.roles_anywhere_profile_created import roles_anywhere_profile_created
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("rolesanywhere:CreateProfile", request={"name": "servers"})


def test_names_who_did_it_to_what() -> None:
    assert roles_anywhere_profile_created(SAMPLE) == [
        Violation("user alice called rolesanywhere:CreateProfile on servers", resource="servers")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("rolesanywhere:CreateProfile")

    assert_violates(
        roles_anywhere_profile_created,
        event,
        reason="user alice called rolesanywhere:CreateProfile on a profile that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        roles_anywhere_profile_created, cloudtrail_event("rolesanywhere:CreateProfile", error="AccessDenied")
    )


@pytest.mark.parametrize("key", ["profileId"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        roles_anywhere_profile_created,
        cloudtrail_event("rolesanywhere:CreateProfile", request={key: "servers"}),
        resource="servers",
    )
