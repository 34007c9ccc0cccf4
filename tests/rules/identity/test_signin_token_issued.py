from typing import Any

import pytest

from trailguard import Severity, Violation
from trailguard.rules.identity.signin_token_issued import signin_token_issued
from trailguard.testing import (
    assert_complies,
    assert_violates,
    assumed_role,
    aws_service,
    cloudtrail_event,
    identity_center_role,
)

MADE = cloudtrail_event("signin:GetSigninToken", actor=assumed_role("Deployer", "ci"))
OF_INSTANCE = cloudtrail_event("signin:GetSigninToken", actor=assumed_role("Web", "i-0123456789abcdef0"))


def test_names_whose_they_are() -> None:
    assert signin_token_issued(MADE) == [
        Violation(
            "role Deployer (session ci) made a sign-in to the console of temporary credentials",
            resource="arn:aws:sts::111122223333:assumed-role/Deployer/ci",
        )
    ]
    assert_violates(signin_token_issued, OF_INSTANCE, severity=Severity.HIGH)


@pytest.mark.parametrize("actor", [identity_center_role("Admin", "alice"), aws_service("sso.amazonaws.com")])
def test_near_misses(actor: dict[str, Any]) -> None:
    assert_complies(signin_token_issued, cloudtrail_event("signin:GetSigninToken", actor=actor))
