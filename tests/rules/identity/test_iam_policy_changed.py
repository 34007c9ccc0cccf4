import pytest

from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.identity.iam_policy_changed import iam_policy_changed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("iam:AttachGroupPolicy", request={"userName": "eve"})


def test_names_who_did_it_to_what() -> None:
    assert iam_policy_changed(SAMPLE) == [
        Violation("user alice called iam:AttachGroupPolicy on eve", resource="eve")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("iam:AttachGroupPolicy")

    assert_violates(
        iam_policy_changed,
        event,
        reason="user alice called iam:AttachGroupPolicy on one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(iam_policy_changed, cloudtrail_event("iam:AttachGroupPolicy", error="AccessDenied"))


@pytest.mark.parametrize("key", ["roleName", "groupName", "policyArn", "policyName"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        iam_policy_changed, cloudtrail_event("iam:AttachGroupPolicy", request={key: "eve"}), resource="eve"
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(iam_policy_changed, cloudtrail_event("iam:AttachGroupPolicy"))
