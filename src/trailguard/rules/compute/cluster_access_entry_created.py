"""Somebody was let in to a Kubernetes cluster."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text, texts
from trailguard.verdict import Severity, Violation


@rule(
    on=["eks:CreateAccessEntry", "eks:UpdateAccessEntry"],
    severity=Severity.LOW,
    title="Access to a cluster given",
    references=["https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html"],
    tags=["mitre:T1098.006"],
)
def cluster_access_entry_created(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody let an IAM principal into a cluster of EKS, or changed its groups there.

    The API of the cluster then knows it. ``cluster-administrator-granted`` tells of those who may do all.

    Known false positives: clusters that are set up; except pipelines by ``actor``. Entries for nodes do not
    count, nor do services' calls unless ``service_calls`` says so.
    """
    request = event.request_parameters
    kind = first_text(request.get("type")) or "STANDARD"
    if kind != "STANDARD" or not params.count(event):
        return None
    whom = first_text(request.get("principalArn"))
    cluster = first_text(request.get("name"), request.get("clusterName"))
    return Violation(
        f"{event.actor} let {whom or '(not named)'} into the cluster {cluster or '(not named)'}",
        resource=cluster,
        evidence={"principal_arn": whom, "groups": texts(request.get("kubernetesGroups"))},
    )
