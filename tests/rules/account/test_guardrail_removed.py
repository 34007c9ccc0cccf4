import pytest

from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.account.guardrail_removed import guardrail_removed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("organizations:DetachPolicy", request={"targetId": "ou-abcd-1234"})


def test_names_who_did_it_to_what() -> None:
    assert guardrail_removed(SAMPLE) == [
        Violation("user alice called organizations:DetachPolicy on ou-abcd-1234", resource="ou-abcd-1234")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("organizations:DetachPolicy")

    assert_violates(
        guardrail_removed,
        event,
        reason="user alice called organizations:DetachPolicy on one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(guardrail_removed, cloudtrail_event("organizations:DetachPolicy", error="AccessDenied"))


@pytest.mark.parametrize("key", ["policyId", "rootId", "targetIdentifier", "landingZoneIdentifier"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        guardrail_removed,
        cloudtrail_event("organizations:DetachPolicy", request={key: "ou-abcd-1234"}),
        resource="ou-abcd-1234",
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(guardrail_removed, cloudtrail_event("organizations:DetachPolicy"))
