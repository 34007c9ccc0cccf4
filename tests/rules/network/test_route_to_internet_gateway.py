import pytest

from trailguard import CloudTrailEvent, Match, Severity, Violation
from trailguard.rules.network.route_to_internet_gateway import route_to_internet_gateway
from trailguard.testing import cloudtrail_event


def route(action: str = "ec2:CreateRoute", **request: object) -> CloudTrailEvent:
    return cloudtrail_event(
        action, request={"routeTableId": "rtb-1a2b3c4d"} | request, response={"_return": True}
    )


IPV4 = route(destinationCidrBlock="0.0.0.0/0", gatewayId="igw-1a2b3c4d")
IPV6 = route("ec2:ReplaceRoute", destinationIpv6CidrBlock="::/0", gatewayId="igw-1a2b3c4d")
PREFIX_LIST = route(destinationPrefixListId="pl-1a2b3c4d", gatewayId="igw-1a2b3c4d")
NARROW = route(destinationCidrBlock="203.0.113.0/24", gatewayId="igw-1a2b3c4d")


@pytest.mark.parametrize(
    ("event", "destination"),
    [(IPV4, "0.0.0.0/0"), (IPV6, "::/0"), (PREFIX_LIST, "pl-1a2b3c4d"), (NARROW, "203.0.113.0/24")],
)
def test_any_destination_counts(event: CloudTrailEvent, destination: str) -> None:
    assert route_to_internet_gateway(event) == [
        Violation(
            f"user alice let rtb-1a2b3c4d send {destination} to igw-1a2b3c4d",
            resource="rtb-1a2b3c4d",
            evidence={
                "route_table_id": "rtb-1a2b3c4d",
                "gateway_id": "igw-1a2b3c4d",
                "destination": destination,
            },
        )
    ]


@pytest.mark.parametrize(
    "target",
    [
        {"gatewayId": "vgw-1a2b3c4d"},
        {"gatewayId": "local"},
        {"gatewayId": "vpce-1a2b3c4d"},
        {"gatewayId": "eigw-1a2b3c4d"},
        {"egressOnlyInternetGatewayId": "eigw-1a2b3c4d"},
        {"natGatewayId": "nat-1a2b3c4d"},
        {"transitGatewayId": "tgw-1a2b3c4d"},
        {"carrierGatewayId": "cagw-1a2b3c4d"},
        {},
    ],
)
def test_other_targets_are_near_misses(target: dict[str, str]) -> None:
    assert route_to_internet_gateway(route(destinationCidrBlock="0.0.0.0/0", **target)) == []


def test_listens_to_calls_that_went_through() -> None:
    assert route_to_internet_gateway.matches() == (
        Match("ec2:CreateRoute", "ec2:ReplaceRoute", outcome="success"),
    )
    assert route_to_internet_gateway.severity is Severity.MEDIUM
