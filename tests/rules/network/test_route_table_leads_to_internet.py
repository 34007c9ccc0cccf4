from typing import Any

import pytest

from trailguard import Severity, Violation
from trailguard.models import ConfigurationItem
from trailguard.rules.network.route_table_leads_to_internet import route_table_leads_to_internet
from trailguard.testing import SampleItem, configuration_item

TABLE = "rtb-0a1b2c3d4e5example"
LOCAL = {
    "destinationCidrBlock": "10.0.0.0/16",
    "gatewayId": "local",
    "state": "active",
    "origin": "CreateRouteTable",
}
MAIN = {"routeTableAssociationId": "rtbassoc-1", "routeTableId": TABLE, "main": True}
SUBNETS = [
    {"routeTableAssociationId": f"rtbassoc-{subnet}", "subnetId": subnet, "main": False}
    for subnet in ("subnet-1", "subnet-2")
]


def route(destination: str = "0.0.0.0/0", **target: object) -> dict[str, Any]:
    key = "destinationIpv6CidrBlock" if ":" in destination else "destinationCidrBlock"
    return {
        key: destination,
        "state": "active",
        "origin": "CreateRoute",
        **(target or {"gatewayId": "igw-1"}),
    }


def table(*routes: object, associations: object = ()) -> SampleItem:
    return configuration_item(
        "AWS::EC2::RouteTable",
        {
            "routeTableId": TABLE,
            "vpcId": "vpc-1",
            "associations": associations,
            "routes": [LOCAL, *routes],
            "propagatingVgws": [],
        },
    )


OPEN = table(route("0.0.0.0/0"), route("::/0"), associations=[MAIN, *SUBNETS])
CLOSED = table()
NEAR_MISS = table(route("0.0.0.0/0", natGatewayId="nat-1"))
STALE = table(route("0.0.0.0/0", gatewayId="igw-1", state="blackhole"))


def test_each_route_is_told_with_the_subnets_that_use_it() -> None:
    facts = {"route_table_id": TABLE, "gateway_id": "igw-1", "subnet_ids": ["subnet-1", "subnet-2"]}

    assert route_table_leads_to_internet(OPEN) == [
        Violation(
            f"{TABLE} sends {destination} to the internet gateway igw-1",
            evidence={**facts, "destination": destination},
        )
        for destination in ("0.0.0.0/0", "::/0")
    ]
    assert route_table_leads_to_internet.severity is Severity.HIGH


@pytest.mark.parametrize("destination", ["0.0.0.0/1", "128.0.0.0/1", "2000::/3"])
def test_so_do_the_parts_that_are_as_good_as_all(destination: str) -> None:
    assert len(route_table_leads_to_internet(table(route(destination)))) == 1


@pytest.mark.parametrize("state", [None, {"value": "active"}, 7], ids=["not told", "object", "odd"])
def test_only_a_blackhole_leads_nowhere(state: object) -> None:
    item = table(route("0.0.0.0/0", gatewayId="igw-1", state=state))

    assert len(route_table_leads_to_internet(item)) == 1


@pytest.mark.parametrize(
    "entry",
    [
        route("203.0.113.0/24"),
        route("0.0.0.0/2"),
        route("2001:db8::/32"),
        {"destinationPrefixListId": "pl-1", "gatewayId": "igw-1", "state": "active"},
        {"gatewayId": "igw-1", "state": "active"},
        route("0.0.0.0/0", gatewayId="local"),
        route("0.0.0.0/0", gatewayId="vgw-1"),
        route("0.0.0.0/0", gatewayId="vpce-1"),
        route("0.0.0.0/0", transitGatewayId="tgw-1"),
        route("::/0", egressOnlyInternetGatewayId="eigw-1"),
        route("::/0", gatewayId="eigw-1"),
        route("0.0.0.0/0", gatewayId="igw-1", state={"value": "blackhole"}),
    ],
)
def test_other_routes_are_not_reported(entry: dict[str, Any]) -> None:
    assert route_table_leads_to_internet(table(entry)) == []


@pytest.mark.parametrize("item", [CLOSED, NEAR_MISS, STALE], ids=["local", "NAT gateway", "blackhole"])
def test_other_tables_are_not_reported(item: ConfigurationItem) -> None:
    assert route_table_leads_to_internet(item) == []
