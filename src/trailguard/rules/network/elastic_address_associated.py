"""An Elastic IP address was associated with an instance or a network interface."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import text
from trailguard.verdict import Severity, Violation


@rule(
    on="ec2:AssociateAddress",
    severity=Severity.MEDIUM,
    title="Elastic IP address associated",
    references=["https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/elastic-ip-addresses-eip.html"],
)
def elastic_address_associated(event: CloudTrailEvent) -> Violation:
    """An Elastic IP address was associated with an instance or a network interface.

    What was private can be reached from the internet from then on, as far as its security groups and its
    subnet's routes let it be.

    Known false positives: public servers, NAT instances, and failover that moves an address from one
    instance to another. Addresses of NAT gateways and load balancers come by other calls and are not
    reported.
    """
    request = event.request_parameters
    target = text(request.get("instanceId")) or text(request.get("networkInterfaceId"))
    allocation, address = text(request.get("allocationId")), text(request.get("publicIp"))
    named = address or allocation or "(not named)"
    return Violation(
        f"{event.actor} gave {target or 'something'} the Elastic IP address {named}",
        resource=target,
        evidence={
            "allocation_id": allocation,
            "public_ip": address,
            "association_id": text(event.response_elements.get("associationId")),
        },
    )
