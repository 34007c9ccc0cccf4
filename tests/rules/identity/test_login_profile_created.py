from service_calls import assert_services_do_not_count
from trailguard import Severity, Violation
from trailguard.rules.identity.login_profile_created import login_profile_created
from trailguard.testing import assert_complies, assert_violates, assumed_role, cloudtrail_event

SAMPLE = cloudtrail_event("iam:CreateLoginProfile", request={"userName": "bob"})
OWN = cloudtrail_event("iam:CreateLoginProfile", request={"userName": "alice"})
UNSAID = cloudtrail_event("iam:CreateLoginProfile")
BY_A_ROLE = cloudtrail_event("iam:CreateLoginProfile", actor=assumed_role("Deployer", "ci"))


def test_names_whose_it_is() -> None:
    assert login_profile_created(SAMPLE) == [
        Violation("user alice set a password for the console for bob", resource="bob")
    ]


def test_ones_own_is_less() -> None:
    assert_violates(
        login_profile_created,
        OWN,
        reason="user alice set a password for the console for alice",
        severity=Severity.LOW,
    )
    assert_violates(login_profile_created, UNSAID, severity=Severity.LOW)


def test_a_failed_call_made_nothing() -> None:
    assert_complies(
        login_profile_created, cloudtrail_event("iam:CreateLoginProfile", error="EntityAlreadyExists")
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        login_profile_created, cloudtrail_event("iam:CreateLoginProfile", request={"userName": "bob"})
    )


def test_a_role_has_none_of_its_own() -> None:
    assert_violates(
        login_profile_created,
        BY_A_ROLE,
        reason="role Deployer (session ci) set a password for the console for (not named)",
        severity=Severity.MEDIUM,
    )
