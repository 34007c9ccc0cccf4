import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.identity.permission_set_made_administrative import permission_set_made_administrative
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def attach(**request: object) -> CloudTrailEvent:
    return cloudtrail_event(
        "sso:AttachManagedPolicyToPermissionSet", request={"permissionSetArn": "ps-1", **request}
    )


ADMINISTRATOR = attach(managedPolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
IAM = attach(managedPolicyArn="arn:aws:iam::aws:policy/IAMFullAccess", permissionSetArn=None)
OWN = attach(customerManagedPolicyReference={"name": "platform-admin"})


def test_names_policy_and_set() -> None:
    assert permission_set_made_administrative(ADMINISTRATOR) == [
        Violation(
            "user alice attached arn:aws:iam::aws:policy/AdministratorAccess to the permission set ps-1",
            resource="ps-1",
        )
    ]
    assert_violates(permission_set_made_administrative, IAM, resource=None)
    assert_violates(permission_set_made_administrative, OWN)


@pytest.mark.parametrize(
    "request_parameters",
    [
        {"managedPolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
        {"customerManagedPolicyReference": {"name": "read"}},
        {},
    ],
)
def test_near_misses(request_parameters: dict[str, object]) -> None:
    assert_complies(permission_set_made_administrative, attach(**request_parameters))
