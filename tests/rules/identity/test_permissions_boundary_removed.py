import pytest

from trailguard import Violation
from trailguard.rules.identity.permissions_boundary_removed import permissions_boundary_removed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("iam:DeleteUserPermissionsBoundary", request={"userName": "builder"})


def test_names_who_did_it_to_what() -> None:
    assert permissions_boundary_removed(SAMPLE) == [
        Violation("user alice removed the permissions boundary of builder", resource="builder")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("iam:DeleteUserPermissionsBoundary")

    assert_violates(
        permissions_boundary_removed,
        event,
        reason="user alice removed the permissions boundary of one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        permissions_boundary_removed,
        cloudtrail_event("iam:DeleteUserPermissionsBoundary", error="AccessDenied"),
    )


@pytest.mark.parametrize("key", ["roleName"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        permissions_boundary_removed,
        cloudtrail_event("iam:DeleteUserPermissionsBoundary", request={key: "builder"}),
        resource="builder",
    )
