from trailguard import Violation
from trailguard.rules.account.root_access_centralized import root_access_centralized
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event(
    "iam:EnableOrganizationsRootCredentialsManagement", request={"organizationId": "o-example"}
)


def test_names_who_did_it_to_what() -> None:
    assert root_access_centralized(SAMPLE) == [
        Violation(
            "user alice called iam:EnableOrganizationsRootCredentialsManagement for o-example",
            resource="o-example",
        )
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("iam:EnableOrganizationsRootCredentialsManagement")

    assert_violates(
        root_access_centralized,
        event,
        reason="user alice called iam:EnableOrganizationsRootCredentialsManagement for an organization"
        " that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        root_access_centralized,
        cloudtrail_event("iam:EnableOrganizationsRootCredentialsManagement", error="AccessDenied"),
    )
