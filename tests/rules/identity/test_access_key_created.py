from service_calls import assert_services_do_not_count
from trailguard import Severity, Violation
from trailguard.rules.identity.access_key_created import access_key_created
from trailguard.testing import assert_complies, assert_violates, assumed_role, cloudtrail_event

SAMPLE = cloudtrail_event("iam:CreateAccessKey", request={"userName": "bob"})
OWN = cloudtrail_event("iam:CreateAccessKey", request={"userName": "alice"})
UNSAID = cloudtrail_event("iam:CreateAccessKey")
BY_A_ROLE = cloudtrail_event("iam:CreateAccessKey", actor=assumed_role("Deployer", "ci"))


def test_names_whose_it_is() -> None:
    assert access_key_created(SAMPLE) == [Violation("user alice made an access key for bob", resource="bob")]


def test_ones_own_is_less() -> None:
    assert_violates(
        access_key_created, OWN, reason="user alice made an access key for alice", severity=Severity.LOW
    )
    assert_violates(access_key_created, UNSAID, severity=Severity.LOW)


def test_a_failed_call_made_nothing() -> None:
    assert_complies(access_key_created, cloudtrail_event("iam:CreateAccessKey", error="EntityAlreadyExists"))


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        access_key_created, cloudtrail_event("iam:CreateAccessKey", request={"userName": "bob"})
    )


def test_a_role_has_none_of_its_own() -> None:
    assert_violates(
        access_key_created,
        BY_A_ROLE,
        reason="role Deployer (session ci) made an access key for (not named)",
        severity=Severity.MEDIUM,
    )
