import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.compute.cluster_access_entry_created import cluster_access_entry_created
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

WHOM = "arn:aws:iam::111122223333:role/Guest"


def create(**request: object) -> CloudTrailEvent:
    return cloudtrail_event("eks:CreateAccessEntry", request=request)


CREATED = create(name="prod", principalArn=WHOM, kubernetesGroups=["viewers"])
STANDARD = create(clusterName="prod", principalArn=WHOM, type="STANDARD")
UNNAMED = cloudtrail_event("eks:UpdateAccessEntry")


def test_names_cluster_and_principal() -> None:
    assert cluster_access_entry_created(CREATED) == [
        Violation(
            f"user alice let {WHOM} into the cluster prod",
            resource="prod",
            evidence={"principal_arn": WHOM, "groups": ["viewers"]},
        )
    ]
    assert_violates(cluster_access_entry_created, STANDARD, resource="prod")
    assert_violates(cluster_access_entry_created, UNNAMED, resource=None)


@pytest.mark.parametrize("kind", ["EC2_LINUX", "FARGATE_LINUX", "HYBRID_LINUX"])
def test_entries_for_nodes(kind: str) -> None:
    assert_complies(cluster_access_entry_created, create(clusterName="prod", principalArn=WHOM, type=kind))


def test_calls_of_services() -> None:
    assert_services_do_not_count(cluster_access_entry_created, create(name="prod"))
