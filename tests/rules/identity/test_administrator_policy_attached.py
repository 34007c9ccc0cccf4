from typing import Any

import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.identity.administrator_policy_attached import administrator_policy_attached
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def attach(kind: str, policy: object, **more: Any) -> CloudTrailEvent:
    request = {f"{kind.lower()}Name": "eve", "policyArn": policy}
    return cloudtrail_event(f"iam:Attach{kind}Policy", request=request, **more)


TO_USER = attach("User", ADMINISTRATOR)
TO_ROLE = attach("Role", "arn:aws:iam::aws:policy/IAMFullAccess")
TO_GROUP = attach("Group", ADMINISTRATOR)
UNNAMED = cloudtrail_event("iam:AttachUserPolicy", request={"policyArn": ADMINISTRATOR})


def test_names_policy_and_holder() -> None:
    assert administrator_policy_attached(TO_USER) == [
        Violation(
            "user alice attached AdministratorAccess to eve",
            resource="eve",
            evidence={"policy_arn": ADMINISTRATOR},
        )
    ]
    assert_violates(administrator_policy_attached, TO_ROLE, reason="user alice attached IAMFullAccess to eve")
    assert_violates(administrator_policy_attached, TO_GROUP, resource="eve")
    assert_violates(administrator_policy_attached, UNNAMED, resource=None)


@pytest.mark.parametrize(
    "event",
    [
        attach("User", "arn:aws:iam::aws:policy/ReadOnlyAccess"),
        attach("User", "arn:aws:iam::111122223333:policy/AdministratorAccess"),
        attach("User", None),
        attach("User", ADMINISTRATOR, error="AccessDenied"),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(administrator_policy_attached, event)
