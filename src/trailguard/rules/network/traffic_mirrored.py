"""Traffic of a network is copied to somewhere."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=["ec2:CreateTrafficMirrorSession", "ec2:ModifyTrafficMirrorSession", "ec2:CreateTrafficMirrorTarget"],
    severity=Severity.MEDIUM,
    title="Traffic mirrored",
    references=["https://docs.aws.amazon.com/vpc/latest/mirroring/what-is-traffic-mirroring.html"],
    tags=["mitre:T1040", "mitre:T1020"],
)
def traffic_mirrored(event: CloudTrailEvent) -> Violation:
    """Somebody has the traffic of a network interface copied to another one.

    Within a network, much is not encrypted: passwords and data can be read there, and nobody on the
    instance notices.

    Known false positives: probes of the security team; except these by ``actor``. Requests of the newer
    form do not name the interface.
    """
    named = first_text(
        event.request_parameters.get("networkInterfaceId"),
        event.request_parameters.get("trafficMirrorTargetId"),
        event.request_parameters.get("networkLoadBalancerArn"),
    )
    return Violation(
        f"{event.actor} called {event.action} for {named or 'an interface that is not named'}", resource=named
    )
