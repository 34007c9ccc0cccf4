"""A route leads to an internet gateway."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import text
from trailguard.verdict import Severity, Violation

_DESTINATIONS = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")


@rule(
    on=["ec2:CreateRoute", "ec2:ReplaceRoute"],
    severity=Severity.MEDIUM,
    title="Route to an internet gateway",
    references=["https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html"],
    tags=["mitre:T1578.005", "cis:4.13"],
)
def route_to_internet_gateway(event: CloudTrailEvent) -> Violation | None:
    """A route table sends traffic to an internet gateway.

    That makes every subnet which uses the table a public one: its instances that have public addresses
    can be reached from the internet, and can send data there past any inspection.

    Known false positives: VPCs that are meant to have public subnets. A route to a few addresses counts as
    one to all of them does, since the way is open both ways. Routes to NAT gateways, egress-only internet
    gateways, virtual private gateways and carrier gateways are not reported. Not seen: a subnet associated
    with a table that has such a route already.
    """
    request = event.request_parameters
    gateway, table = text(request.get("gatewayId")), text(request.get("routeTableId"))
    if gateway is None or not gateway.startswith("igw-"):
        return None
    destination = next((to for key in _DESTINATIONS if (to := text(request.get(key)))), None)
    return Violation(
        f"{event.actor} let {table or 'a route table'} send {destination or 'traffic'} to {gateway}",
        resource=table,
        evidence={"route_table_id": table, "gateway_id": gateway, "destination": destination},
    )
