"""A cluster was deleted."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "eks:DeleteCluster",
        "ecs:DeleteCluster",
        "kafka:DeleteCluster",
    ],
    severity=Severity.LOW,
    title="Cluster deleted",
    references=["https://docs.aws.amazon.com/eks/latest/APIReference/API_DeleteCluster.html"],
    tags=["mitre:T1485"],
)
def cluster_deleted(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody deleted a cluster of EKS, ECS or MSK.

    What ran in it stops, and data that was kept in it is gone.

    Known false positives: environments that are taken down; except pipelines by ``actor``. Services' calls
    do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    named = first_text(
        event.request_parameters.get("name"),
        event.request_parameters.get("cluster"),
        event.request_parameters.get("clusterArn"),
    )
    return Violation(
        f"{event.actor} called {event.action} on {named or 'one that is not named'}", resource=named
    )
