"""A route table leads to the internet."""

from __future__ import annotations

from collections.abc import Iterator

from trailguard._rule import rule
from trailguard.models.config import ConfigurationItem
from trailguard.rules._json import items, state, text
from trailguard.rules._network import is_whole_internet
from trailguard.verdict import Severity, Violation

_DESTINATIONS = ("destinationCidrBlock", "destinationIpv6CidrBlock")


@rule(
    on="AWS::EC2::RouteTable",
    severity=Severity.HIGH,
    title="Route table leads to the internet",
    references=[
        "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Route_Tables.html",
        "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html",
    ],
)
def route_table_leads_to_internet(item: ConfigurationItem) -> Iterator[Violation]:
    """A route table sends all IPv4 or IPv6 addresses, or one half of them, to an internet gateway.

    Every subnet that uses the table is a public one: its instances that have public addresses can be reached
    from the internet, and can send data there past any inspection.

    Known false positives: VPCs that are meant to have public subnets, and tables that no subnet uses. A main
    table is used by all subnets that have no table of their own, though it names none of them. Not seen:
    the internet in smaller pieces than halves, prefix lists that hold it, and ways to it through appliances
    or other networks.
    """
    associations = items(item.configuration.get("associations"))
    subnets = [subnet for one in associations if (subnet := text(one.get("subnetId")))]
    for route in items(item.configuration.get("routes")):
        gateway = text(route.get("gatewayId")) or ""
        destination = next((to for key in _DESTINATIONS if is_whole_internet(to := route.get(key))), None)
        if destination is None or not gateway.startswith("igw-") or state(route.get("state")) == "blackhole":
            continue
        yield Violation(
            f"{item.resource_id} sends {destination} to the internet gateway {gateway}",
            evidence={
                "route_table_id": item.resource_id,
                "gateway_id": gateway,
                "destination": destination,
                "subnet_ids": subnets,
            },
        )
