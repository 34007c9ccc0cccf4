from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.identity.role_trust_changed import role_trust_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("iam:UpdateAssumeRolePolicy", request={"roleName": "Reporter"})


def test_names_who_did_it_to_what() -> None:
    assert role_trust_changed(SAMPLE) == [
        Violation("user alice changed who may assume the role Reporter", resource="Reporter")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("iam:UpdateAssumeRolePolicy")

    assert_violates(
        role_trust_changed,
        event,
        reason="user alice changed who may assume the role one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(role_trust_changed, cloudtrail_event("iam:UpdateAssumeRolePolicy", error="AccessDenied"))


def test_calls_of_services() -> None:
    assert_services_do_not_count(role_trust_changed, cloudtrail_event("iam:UpdateAssumeRolePolicy"))
