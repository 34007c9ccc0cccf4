import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.repository_deleted import repository_deleted
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

IMAGES = cloudtrail_event("ecr:DeleteRepository", request={"repositoryName": "shop", "force": True})
CODE = cloudtrail_event("codecommit:DeleteRepository", request={"repositoryName": "shop"})
PACKAGES = cloudtrail_event("codeartifact:DeleteDomain", request={"domain": "shop"})


@pytest.mark.parametrize("event", [IMAGES, CODE, PACKAGES])
def test_names_the_repository(event: CloudTrailEvent) -> None:
    assert repository_deleted(event) == [
        Violation(f"user alice deleted the repository shop by {event.action}", resource="shop")
    ]


def test_what_it_was_may_not_be_said() -> None:
    assert_violates(
        repository_deleted,
        cloudtrail_event("ecr:DeleteRepository"),
        reason="user alice deleted the repository (not named) by ecr:DeleteRepository",
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(repository_deleted, cloudtrail_event("ecr:DeleteRepository", error="AccessDenied"))


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(repository_deleted, cloudtrail_event("ecr:DeleteRepository"))
