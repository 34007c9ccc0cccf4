"""Somebody was made an administrator of a Kubernetes cluster."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on="eks:AssociateAccessPolicy",
    severity=Severity.MEDIUM,
    title="Administrator of a cluster granted",
    references=["https://docs.aws.amazon.com/eks/latest/userguide/access-policies.html"],
    tags=["mitre:T1098.006"],
)
def cluster_administrator_granted(event: CloudTrailEvent) -> Violation | None:
    """Somebody gave an IAM principal the policy of administrators in a cluster of EKS.

    All that runs in the cluster is theirs, with the secrets and the roles of its workloads.

    Known false positives: clusters that are set up; except pipelines by ``actor``.
    """
    request = event.request_parameters
    policy = (first_text(request.get("policyArn")) or "").rpartition("/")[2]
    if policy not in {"AmazonEKSClusterAdminPolicy", "AmazonEKSAdminPolicy"}:
        return None
    whom, cluster = (
        first_text(request.get("principalArn")),
        first_text(request.get("name"), request.get("clusterName")),
    )
    return Violation(
        f"{event.actor} gave {whom or '(not named)'} {policy} in the cluster {cluster or '(not named)'}",
        resource=cluster,
        evidence={"principal_arn": whom},
    )
