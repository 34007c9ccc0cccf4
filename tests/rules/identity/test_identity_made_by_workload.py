from typing import Any

import pytest

from trailguard import Violation
from trailguard.rules.identity.identity_made_by_workload import identity_made_by_workload
from trailguard.testing import assert_complies, assert_violates, assumed_role, cloudtrail_event, iam_user

MADE = cloudtrail_event(
    "iam:CreateUser", actor=assumed_role("Web", "i-0123456789abcdef0"), request={"userName": "backup"}
)
UNNAMED = cloudtrail_event("iam:CreateAccessKey", actor=assumed_role("Web", "i-01234567"))


def test_names_role_and_user() -> None:
    assert identity_made_by_workload(MADE) == [
        Violation(
            "role Web (session i-0123456789abcdef0) called iam:CreateUser for backup as an instance",
            resource="backup",
            evidence={"instance_id": "i-0123456789abcdef0"},
        )
    ]
    assert_violates(identity_made_by_workload, UNNAMED, resource=None)


@pytest.mark.parametrize(
    "actor",
    [
        assumed_role("Deployer", "ci"),
        assumed_role("Web", "i-am-alice"),
        {**assumed_role("Web", "i-01234567"), "type": "IAMUser"},
        iam_user("alice"),
    ],
)
def test_others(actor: dict[str, Any]) -> None:
    assert_complies(identity_made_by_workload, cloudtrail_event("iam:CreateUser", actor=actor))
