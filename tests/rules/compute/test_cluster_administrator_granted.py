import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.compute.cluster_administrator_granted import cluster_administrator_granted
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

ROLE = "arn:aws:iam::111122223333:role/Eve"


def associate(policy: object, **request: object) -> CloudTrailEvent:
    return cloudtrail_event("eks:AssociateAccessPolicy", request={"policyArn": policy, **request})


ADMIN = associate(
    "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy", principalArn=ROLE, name="prod"
)
NAMESPACE = associate("arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy", clusterName="prod")
UNNAMED = associate("arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy")


def test_names_principal_and_cluster() -> None:
    assert cluster_administrator_granted(ADMIN) == [
        Violation(
            f"user alice gave {ROLE} AmazonEKSClusterAdminPolicy in the cluster prod",
            resource="prod",
            evidence={"principal_arn": ROLE},
        )
    ]
    assert_violates(cluster_administrator_granted, NAMESPACE, resource="prod")
    assert_violates(cluster_administrator_granted, UNNAMED, resource=None)


@pytest.mark.parametrize("policy", ["arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy", None])
def test_other_policies(policy: object) -> None:
    assert_complies(cluster_administrator_granted, associate(policy))
