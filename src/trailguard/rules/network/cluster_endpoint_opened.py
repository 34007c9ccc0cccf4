"""The API of a Kubernetes cluster can be reached by everybody."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first, first_text, is_true, texts
from trailguard.rules._network import is_whole_internet
from trailguard.verdict import Severity, Violation


@rule(
    on=["eks:CreateCluster", "eks:UpdateClusterConfig"],
    severity=Severity.MEDIUM,
    title="Cluster endpoint opened to the internet",
    references=["https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html"],
    tags=["mitre:T1133", "mitre:T1562.007"],
)
def cluster_endpoint_opened(event: CloudTrailEvent) -> Violation | None:
    """Somebody made or changed a cluster of EKS so that all addresses reach its API.

    Only who has credentials gets further, but stolen ones then work from everywhere.

    Known false positives: clusters of which that is wanted; except them by ``resource``. Not seen: clusters
    that are made without saying anything about it, which are public.
    """
    network = first(event.request_parameters.get("resourcesVpcConfig"))
    sources = texts(network.get("publicAccessCidrs"))
    is_open = any(map(is_whole_internet, sources))
    if not is_true(network.get("endpointPublicAccess")) or (sources and not is_open):
        return None
    name = first_text(event.request_parameters.get("name"))
    return Violation(
        f"{event.actor} opened the API of the cluster {name or '(not named)'} to everybody", resource=name
    )
