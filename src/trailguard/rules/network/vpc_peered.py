"""A VPC was connected with one of an account that is not trusted."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Trusted
from trailguard.rules._ec2 import request_of
from trailguard.rules._json import first, first_text, text
from trailguard.verdict import Severity, Violation


@rule(
    on=["ec2:CreateVpcPeeringConnection", "ec2:AcceptVpcPeeringConnection"],
    severity=Severity.MEDIUM,
    title="VPC peered with another account",
    references=["https://docs.aws.amazon.com/vpc/latest/peering/what-is-vpc-peering.html"],
    tags=["mitre:T1199", "mitre:T1048", "cis:4.14"],
)
def vpc_peered(event: CloudTrailEvent, params: Trusted) -> Violation | None:
    """Somebody asked for a peering with a VPC of another account, or accepted one.

    The two networks are one step apart by private addresses then, past everything that watches the way to
    the internet.

    Known false positives: other accounts of your own, and partners: name them in ``trusted_accounts``.
    """
    request = request_of(event)
    made = first(event.response_elements.get("vpcPeeringConnection"))
    ends = [first(made.get(key)) for key in ("requesterVpcInfo", "accepterVpcInfo")]
    owners = [request.get("peerOwnerId"), *(end.get("ownerId") for end in ends)]
    strangers = params.strangers([owner for owner in map(text, owners) if owner], event)
    if not strangers:
        return None
    peering = first_text(made.get("vpcPeeringConnectionId"), request.get("vpcPeeringConnectionId"))
    verb = "accepted" if event.action == "ec2:AcceptVpcPeeringConnection" else "asked for"
    return Violation(
        f"{event.actor} {verb} the peering {peering or '(not named)'} with the account {strangers[0]}",
        resource=peering,
        evidence={"accounts": strangers},
    )
