"""The networks of the account: one for the shop and an internal one, and what leads in and out of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sample_day.calls import ACCOUNT, HOME, Json
from sample_day.resources import Group, Interface, Network, Subnet, endpoint, nat_gateway, recorded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailguard.models.config import ConfigurationItem

ORGANIZATION = "o-exampleorgid"

SHOP = Network(
    "vpc-06d1f9b3a7c5e2840",
    "shop",
    "10.20.0.0/16",
    "igw-0e4a8c2f6b1d39750",
    {"team": "shop", "stage": "production"},
)
INTERNAL = Network(
    "vpc-0a8c4e2f7b1d96350",
    "ledger",
    "10.30.0.0/16",
    "igw-03c7f1b5e9a2d4860",
    {"team": "finance", "stage": "production", "INTERNAL_NETWORK": "true"},
)

PUBLIC_A = Subnet("subnet-0d4f8b2c6e1a39750", "shop-public-a", SHOP, "10.20.100.0/24", "a", hands_out=True)
PUBLIC_B = Subnet("subnet-0b7e3c9f5a1d28460", "shop-public-b", SHOP, "10.20.101.0/24", "b")
APP_A = Subnet("subnet-05a9c3e7d1b4f2860", "shop-app-a", SHOP, "10.20.1.0/24", "a")
APP_B = Subnet("subnet-0c1e5a9d3f7b28460", "shop-app-b", SHOP, "10.20.2.0/24", "b")
APP_C = Subnet("subnet-08f2b6d4a1c7e3950", "shop-app-c", SHOP, "10.20.3.0/24", "c")
FUNCTIONS_A = Subnet("subnet-0e9a3d7c1f5b46280", "shop-functions-a", SHOP, "10.20.8.0/24", "a")
FUNCTIONS_B = Subnet("subnet-01d5b9f7e3a2c4860", "shop-functions-b", SHOP, "10.20.9.0/24", "b")
DATA_A = Subnet("subnet-07b3f1d9c5e8a2460", "shop-data-a", SHOP, "10.20.16.0/24", "a")
DATA_B = Subnet("subnet-0a6c2e8f4d1b97350", "shop-data-b", SHOP, "10.20.17.0/24", "b")
LEDGER_A = Subnet("subnet-04e8a2c6f1d7b3950", "ledger-a", INTERNAL, "10.30.1.0/24", "a")
PATCHING_A = Subnet("subnet-0f5d1b9e7a3c28640", "ledger-patching-a", INTERNAL, "10.30.100.0/28", "a")

BALANCER_GROUP = Group(
    "sg-0c4e8a2f6d1b97350",
    "shop-load-balancer",
    SHOP,
    "customers",
    ((80, "0.0.0.0/0"), (443, "0.0.0.0/0")),
)
APP_GROUP = Group(
    "sg-01b5d9f3a7c2e4860",
    "shop-app",
    SHOP,
    "app servers, with PgBouncer on 5432",
    ((8080, BALANCER_GROUP), (5432, "10.0.0.0/8")),  # the latter since 10:14
)
FUNCTIONS_GROUP = Group("sg-0f7b3d9a5c1e28460", "shop-functions", SHOP, "functions, which nobody calls here")
DATABASE_GROUP = Group(
    "sg-08a4c2e6f9d1b7350",
    "shop-database",
    SHOP,
    "orders",
    ((5432, APP_GROUP), (5432, FUNCTIONS_GROUP)),
)
REPORTING_GROUP = Group(
    "sg-05e1a9d7c3f8b2460",
    "shop-reporting",
    SHOP,
    "the reporting tool's addresses",
    ((5432, "192.0.2.64/28"),),
)
BASTION_GROUP = Group("sg-0d9f5b1e7c3a28640", "shop-bastion", SHOP, "office", ((22, "198.51.100.0/24"),))
MIGRATION_GROUP = Group(
    "sg-02c6e8a4f1b9d7350", "migration-2024", SHOP, "temporary, remove after migration", ((22, "0.0.0.0/0"),)
)
ENDPOINT_GROUP = Group(
    "sg-0b1d7f5e9a3c48620", "shop-endpoints", SHOP, "AWS from inside", ((443, SHOP.block),)
)
LEDGER_GROUP = Group("sg-07d3b9f1e5a8c2640", "ledger", INTERNAL, "bookings", ((443, SHOP.block),))

NAT, PATCHING_NAT = "nat-0b3d5f7a9c1e24680", "nat-0e6a2c8f4b1d97530"
PEERING = "pcx-0c8f4a2e6d1b37950"


def networks() -> Iterator[ConfigurationItem]:
    """Two networks; in the internal one somebody needed packages once, and the way to them has stayed."""
    yield from SHOP.items("2023-05-11T08:02:14", "2023-05-11T08:04:40")
    yield from INTERNAL.items("2025-11-19T15:41:27", "2025-11-19T15:41:27")
    for subnet, at in (
        (PUBLIC_A, "2023-06-22T13:47:09"),
        (PUBLIC_B, "2023-05-11T08:10:31"),
        (APP_A, "2023-05-11T08:11:02"),
        (APP_B, "2023-05-11T08:11:20"),
        (APP_C, "2024-02-06T09:14:20"),
        (FUNCTIONS_A, "2024-04-18T07:30:45"),
        (FUNCTIONS_B, "2024-04-18T07:31:03"),
        (DATA_A, "2023-05-11T08:12:44"),
        (DATA_B, "2023-05-11T08:13:01"),
        (LEDGER_A, "2025-01-27T10:05:36"),
        (PATCHING_A, "2025-11-19T15:38:12"),
    ):
        yield subnet.item(at)
    yield SHOP.route_table("rtb-0d1f7b5e9a3c46280", "shop-main", "2023-05-11T08:02:14", {})
    yield SHOP.route_table(
        "rtb-0a2e6c8f4d1b95730",
        "shop-public",
        "2023-05-11T08:20:09",
        {"0.0.0.0/0": {"gatewayId": SHOP.gateway}},
        (PUBLIC_A, PUBLIC_B),
    )
    yield SHOP.route_table(
        "rtb-08d2f4b6a1c3e5970",
        "shop-private",
        "2026-03-02T10:31:05",
        {"0.0.0.0/0": {"natGatewayId": NAT}, INTERNAL.block: {"vpcPeeringConnectionId": PEERING}},
        (APP_A, APP_B, APP_C, FUNCTIONS_A, FUNCTIONS_B),
    )
    yield INTERNAL.route_table(
        "rtb-0c3a9e5d7f1b28640",
        "ledger-main",
        "2025-11-19T15:52:18",
        {SHOP.block: {"vpcPeeringConnectionId": PEERING}, "0.0.0.0/0": {"natGatewayId": PATCHING_NAT}},
    )
    yield INTERNAL.route_table(
        "rtb-04b8d2f6a1e9c3750",
        "ledger-patching",
        "2025-11-19T15:44:50",
        {"0.0.0.0/0": {"gatewayId": INTERNAL.gateway}},
        (PATCHING_A,),
    )


def ways_out() -> Iterator[ConfigurationItem]:
    """NAT gateways, VPC endpoints, and the connection between the two networks."""
    card = {"description": f"Interface for NAT Gateway {NAT}", "interfaceType": "nat_gateway"}
    yield from nat_gateway(
        NAT,
        "shop",
        "eipalloc-0d7b3f9e5a1c28460",
        Interface("eni-0c7e3a9d5f1b28640", PUBLIC_A, "10.20.100.8", public="203.0.113.202", more=card),
        "2023-05-11T08:31:55",
    )
    card = {"description": f"Interface for NAT Gateway {PATCHING_NAT}", "interfaceType": "nat_gateway"}
    yield from nat_gateway(
        PATCHING_NAT,
        "ledger-patching",
        "eipalloc-01a5e9c7d3f8b2640",
        Interface("eni-0b9f5d1e7c3a28460", PATCHING_A, "10.30.100.5", public="203.0.113.203", more=card),
        "2025-11-19T15:47:33",
    )
    anything: Json = {"Principal": "*", "Action": "*", "Resource": "*"}
    ours: Json = {"Condition": {"StringEquals": {"aws:PrincipalOrgID": ORGANIZATION}}}
    yield endpoint(
        "vpce-0f1d7b5a9e3c46820", "s3", SHOP, anything, "2023-05-11T08:40:26", vpcEndpointType="Gateway"
    )
    yield endpoint(
        "vpce-06b2f8d4a1c9e7350",
        "ssm",
        SHOP,
        anything | ours,
        "2024-02-06T10:02:11",
        vpcEndpointType="Interface",
        subnetIds=[APP_A.id],
        groups=[{"groupId": ENDPOINT_GROUP.id, "groupName": ENDPOINT_GROUP.name}],
    )
    sides: Json = {
        f"{side}VpcInfo": {
            "ownerId": ACCOUNT,
            "vpcId": network.id,
            "region": HOME,
            "cidrBlock": network.block,
        }
        for side, network in (("requester", INTERNAL), ("accepter", SHOP))
    }
    yield recorded(
        "AWS::EC2::VPCPeeringConnection",
        PEERING,
        "2025-01-27T11:20:49",
        {"vpcPeeringConnectionId": PEERING, "status": {"code": "active", "message": "Active"}, **sides},
        tags=INTERNAL.tagged("ledger-shop"),
        relationships=[("AWS::EC2::VPC", INTERNAL.id), ("AWS::EC2::VPC", SHOP.id)],
    )


def groups() -> Iterator[ConfigurationItem]:
    """Security groups, one of which was meant to be temporary, and one that was opened today."""
    yield BALANCER_GROUP.item("2023-05-12T09:15:30")
    yield APP_GROUP.item("2026-03-02T10:14:22")
    yield FUNCTIONS_GROUP.item("2024-04-18T07:36:12")
    yield DATABASE_GROUP.item("2024-04-18T07:40:58")
    yield REPORTING_GROUP.item("2025-06-03T14:26:07")
    yield BASTION_GROUP.item("2023-06-22T13:40:51")
    yield MIGRATION_GROUP.item("2024-09-14T21:03:37")
    yield ENDPOINT_GROUP.item("2024-02-06T09:58:23")
    yield LEDGER_GROUP.item("2025-01-27T11:31:15")
