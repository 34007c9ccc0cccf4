"""What keeps VPCs off the internet was relaxed."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._ec2 import request_of
from trailguard.rules._json import first_text, state
from trailguard.verdict import Severity, Violation


@rule(
    on=["ec2:ModifyVpcBlockPublicAccessOptions", "ec2:CreateVpcBlockPublicAccessExclusion"],
    severity=Severity.HIGH,
    title="VPC Block Public Access relaxed",
    references=["https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html"],
    tags=["mitre:T1562.007"],
)
def vpc_block_public_access_relaxed(event: CloudTrailEvent) -> Violation | None:
    """Somebody switched VPC Block Public Access off, or made an exclusion from it, which is medium.

    With it, internet gateways let nothing through in a region, whatever routes and security groups say.

    Known false positives: an exclusion that is agreed on; except it by ``resource``.
    """
    request = request_of(event)
    if event.event_name == "CreateVpcBlockPublicAccessExclusion":
        what = first_text(request.get("vpcId"), request.get("subnetId"))
        return Violation(
            f"{event.actor} excluded {what or '(not named)'} from the block of public access",
            resource=what,
            severity=Severity.MEDIUM,
        )
    if state(request.get("internetGatewayBlockMode")) != "off":
        return None
    return Violation(
        f"{event.actor} switched off the block of public access of VPCs in {event.aws_region}",
        resource=event.aws_region,
    )
