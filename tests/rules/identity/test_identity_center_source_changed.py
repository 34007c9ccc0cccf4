import pytest

from trailguard import Violation
from trailguard.rules.identity.identity_center_source_changed import identity_center_source_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("sso:AssociateDirectory", request={"directoryId": "d-1234567890"})


def test_names_who_did_it_to_what() -> None:
    assert identity_center_source_changed(SAMPLE) == [
        Violation("user alice called sso:AssociateDirectory on d-1234567890", resource="d-1234567890")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("sso:AssociateDirectory")

    assert_violates(
        identity_center_source_changed,
        event,
        reason="user alice called sso:AssociateDirectory on the directory, whose id that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        identity_center_source_changed, cloudtrail_event("sso:AssociateDirectory", error="AccessDenied")
    )


@pytest.mark.parametrize("key", ["DirectoryId", "instanceArn", "idpConfigurationId"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        identity_center_source_changed,
        cloudtrail_event("sso:AssociateDirectory", request={key: "d-1234567890"}),
        resource="d-1234567890",
    )
