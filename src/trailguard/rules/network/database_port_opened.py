"""A security group of a database service lets the internet in."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.rules._network import is_whole_internet
from trailguard.verdict import Severity, Violation


@rule(
    on=["rds:AuthorizeDBSecurityGroupIngress", "redshift:AuthorizeClusterSecurityGroupIngress"],
    severity=Severity.HIGH,
    title="Database port opened to the internet",
    references=[
        "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AuthorizeDBSecurityGroupIngress.html"
    ],
    tags=["mitre:T1562.007", "mitre:T1190"],
)
def database_port_opened(event: CloudTrailEvent) -> Violation | None:
    """Somebody let all addresses into a security group of RDS or Redshift of the old kind.

    Databases that the internet reaches have their passwords guessed from the first minute.

    Known false positives: none that should stay. Not seen: security groups of VPCs, which
    ``security-group-opened-to-internet`` looks at.
    """
    request = event.request_parameters
    cidr = first_text(request.get("cIDRIP"))
    if not is_whole_internet(cidr):
        return None
    group = first_text(request.get("dBSecurityGroupName"), request.get("clusterSecurityGroupName"))
    return Violation(
        f"{event.actor} opened the security group {group or '(not named)'} to {cidr}", resource=group
    )
