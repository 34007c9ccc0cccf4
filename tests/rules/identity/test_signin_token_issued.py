from service_calls import assert_services_do_not_count
from trailguard import Severity, Violation
from trailguard.rules.identity.signin_token_issued import signin_token_issued
from trailguard.testing import (
    assert_complies,
    assert_violates,
    assumed_role,
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


def test_identity_center_does_that_for_everybody() -> None:
    event = cloudtrail_event("signin:GetSigninToken", actor=identity_center_role("Admin", "alice"))

    assert_complies(signin_token_issued, event)


def test_calls_of_services() -> None:
    assert_services_do_not_count(signin_token_issued, MADE)
