from trailguard import Severity, Violation
from trailguard.rules.identity.user_added_to_group import user_added_to_group
from trailguard.testing import assert_complies, assert_violates, aws_service, cloudtrail_event

ADDED = cloudtrail_event("iam:AddUserToGroup", request={"userName": "bob", "groupName": "readers"})
ADMIN = cloudtrail_event("iam:AddUserToGroup", request={"userName": "bob", "groupName": "Admins"})
UNNAMED = cloudtrail_event("iam:AddUserToGroup")


def test_names_user_and_group() -> None:
    assert user_added_to_group(ADDED) == [
        Violation("user alice added bob to the group readers", resource="bob")
    ]
    assert_violates(user_added_to_group, ADMIN, severity=Severity.MEDIUM)
    assert_violates(user_added_to_group, UNNAMED, severity=Severity.LOW, resource=None)


def test_services_count_where_somebody_says_so() -> None:
    event = cloudtrail_event("iam:AddUserToGroup", actor=aws_service("cloudformation.amazonaws.com"))

    assert_complies(user_added_to_group, event)
    assert_violates(user_added_to_group, event, params={"service_calls": True})
