import pytest

from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.compute.cluster_deleted import cluster_deleted
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("eks:DeleteCluster", request={"name": "prod"})


def test_names_who_did_it_to_what() -> None:
    assert cluster_deleted(SAMPLE) == [
        Violation("user alice called eks:DeleteCluster on prod", resource="prod")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("eks:DeleteCluster")

    assert_violates(
        cluster_deleted,
        event,
        reason="user alice called eks:DeleteCluster on one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(cluster_deleted, cloudtrail_event("eks:DeleteCluster", error="AccessDenied"))


@pytest.mark.parametrize("key", ["cluster", "clusterArn"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        cluster_deleted, cloudtrail_event("eks:DeleteCluster", request={key: "prod"}), resource="prod"
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(cluster_deleted, cloudtrail_event("eks:DeleteCluster"))
