from service_calls import assert_services_do_not_count
from trailguard import Severity, Violation
from trailguard.rules.identity.user_added_to_group import user_added_to_group
from trailguard.testing import assert_violates, cloudtrail_event

ADDED = cloudtrail_event("iam:AddUserToGroup", request={"userName": "bob", "groupName": "readers"})
ADMIN = cloudtrail_event("iam:AddUserToGroup", request={"userName": "bob", "groupName": "Admins"})
UNNAMED = cloudtrail_event("iam:AddUserToGroup")


def test_names_user_and_group() -> None:
    assert user_added_to_group(ADDED) == [
        Violation("user alice added bob to the group readers", resource="bob")
    ]
    assert_violates(user_added_to_group, ADMIN, severity=Severity.MEDIUM)
    assert_violates(user_added_to_group, UNNAMED, severity=Severity.LOW, resource=None)


def test_calls_of_services() -> None:
    assert_services_do_not_count(user_added_to_group, cloudtrail_event("iam:AddUserToGroup"))
