import pytest

from trailguard import Violation
from trailguard.rules.account.organization_changed import organization_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("organizations:AcceptHandshake", request={"accountId": "111122223333"})


def test_names_who_did_it_to_what() -> None:
    assert organization_changed(SAMPLE) == [
        Violation("user alice called organizations:AcceptHandshake on 111122223333", resource="111122223333")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("organizations:AcceptHandshake")

    assert_violates(
        organization_changed,
        event,
        reason="user alice called organizations:AcceptHandshake on something that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        organization_changed, cloudtrail_event("organizations:AcceptHandshake", error="AccessDenied")
    )


@pytest.mark.parametrize("key", ["policyId", "organizationalUnitId", "handshakeId", "name", "email"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        organization_changed,
        cloudtrail_event("organizations:AcceptHandshake", request={key: "111122223333"}),
        resource="111122223333",
    )
