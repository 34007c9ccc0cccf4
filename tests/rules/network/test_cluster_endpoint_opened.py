import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.network.cluster_endpoint_opened import cluster_endpoint_opened
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def update(**network: object) -> CloudTrailEvent:
    return cloudtrail_event(
        "eks:UpdateClusterConfig", request={"name": "prod", "resourcesVpcConfig": network}
    )


NAMED = update(endpointPublicAccess=True, publicAccessCidrs=["203.0.113.0/24", "0.0.0.0/0"])
BY_DEFAULT = update(endpointPublicAccess=True)
UNNAMED = cloudtrail_event(
    "eks:CreateCluster", request={"resourcesVpcConfig": {"endpointPublicAccess": True}}
)


def test_names_the_cluster() -> None:
    assert cluster_endpoint_opened(NAMED) == [
        Violation("user alice opened the API of the cluster prod to everybody", resource="prod")
    ]
    assert_violates(cluster_endpoint_opened, BY_DEFAULT)
    assert_violates(cluster_endpoint_opened, UNNAMED, resource=None)


@pytest.mark.parametrize(
    "network",
    [
        {"endpointPublicAccess": True, "publicAccessCidrs": ["203.0.113.0/24"]},
        {"endpointPublicAccess": False, "publicAccessCidrs": ["0.0.0.0/0"]},
        {"publicAccessCidrs": ["0.0.0.0/0"]},
        {},
    ],
)
def test_near_misses(network: dict[str, object]) -> None:
    assert_complies(cluster_endpoint_opened, update(**network))


def test_a_change_of_something_else() -> None:
    assert_complies(cluster_endpoint_opened, cloudtrail_event("eks:UpdateClusterConfig"))
