from typing import Any

import pytest

from trailguard.rules.identity.instance_role_explored import instance_role_explored
from trailguard.testing import assert_complies, assert_violates, assumed_role, cloudtrail_event, iam_user

LISTED = cloudtrail_event("iam:ListUsers", actor=assumed_role("Web", "i-0123456789abcdef0"))


def test_names_role_and_call() -> None:
    assert_violates(
        instance_role_explored,
        LISTED,
        reason="role Web (session i-0123456789abcdef0) explores the account: iam:ListUsers",
    )


@pytest.mark.parametrize(
    "actor",
    [
        assumed_role("Web", "i-am-alice"),
        {**assumed_role("Web", "i-01234567"), "type": "IAMUser"},
        iam_user("alice"),
    ],
)
def test_others(actor: dict[str, Any]) -> None:
    assert_complies(instance_role_explored, cloudtrail_event("iam:ListUsers", actor=actor))


def test_counts_different_calls_of_one_caller() -> None:
    assert instance_role_explored.threshold is not None
    assert instance_role_explored.threshold.distinct == "event_name"
