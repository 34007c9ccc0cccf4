from trailguard import Severity, Violation
from trailguard.rules.account.account_left_organization import account_left_organization
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

LEFT = cloudtrail_event("organizations:LeaveOrganization")
DENIED = cloudtrail_event("organizations:LeaveOrganization", error="AccessDenied")


def test_names_the_account() -> None:
    assert account_left_organization(LEFT) == [
        Violation("user alice took the account 111122223333 out of its organization", resource="111122223333")
    ]


def test_an_attempt_is_less() -> None:
    assert_violates(
        account_left_organization,
        DENIED,
        reason="user alice tried to take the account 111122223333 out of its organization",
        severity=Severity.HIGH,
    )


def test_what_could_not_be_done_at_all() -> None:
    error = "MasterCannotLeaveOrganizationException"

    assert_complies(
        account_left_organization, cloudtrail_event("organizations:LeaveOrganization", error=error)
    )
