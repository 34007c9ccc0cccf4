from service_calls import assert_services_do_not_count
from trailguard import Severity, Violation
from trailguard.rules.identity.service_credential_created import service_credential_created
from trailguard.testing import assert_complies, assert_violates, assumed_role, cloudtrail_event

SAMPLE = cloudtrail_event("iam:CreateServiceSpecificCredential", request={"userName": "bob"})
OWN = cloudtrail_event("iam:CreateServiceSpecificCredential", request={"userName": "alice"})
UNSAID = cloudtrail_event("iam:CreateServiceSpecificCredential")
BY_A_ROLE = cloudtrail_event("iam:CreateServiceSpecificCredential", actor=assumed_role("Deployer", "ci"))


def test_names_whose_it_is() -> None:
    assert service_credential_created(SAMPLE) == [
        Violation("user alice made credentials of a service for bob", resource="bob")
    ]


def test_ones_own_is_less() -> None:
    assert_violates(
        service_credential_created,
        OWN,
        reason="user alice made credentials of a service for alice",
        severity=Severity.LOW,
    )
    assert_violates(service_credential_created, UNSAID, severity=Severity.LOW)


def test_a_failed_call_made_nothing() -> None:
    assert_complies(
        service_credential_created,
        cloudtrail_event("iam:CreateServiceSpecificCredential", error="EntityAlreadyExists"),
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(
        service_credential_created,
        cloudtrail_event("iam:CreateServiceSpecificCredential", request={"userName": "bob"}),
    )


def test_a_role_has_none_of_its_own() -> None:
    assert_violates(
        service_credential_created,
        BY_A_ROLE,
        reason="role Deployer (session ci) made credentials of a service for (not named)",
        severity=Severity.MEDIUM,
    )
