"""A public NAT gateway is in an internal network."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.config import ConfigurationItem
from trailguard.rules._json import items, state, text
from trailguard.rules.network._internal import InternalNetwork
from trailguard.verdict import Severity, Violation

_GONE = ("deleted", "deleting", "failed")


@rule(
    on="AWS::EC2::NatGateway",
    severity=Severity.MEDIUM,
    title="Public NAT gateway in an internal network",
    references=["https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html"],
)
def nat_gateway_in_internal_network(item: ConfigurationItem, params: InternalNetwork) -> Violation | None:
    """A NAT gateway that is tagged as part of an internal network gives a way out to the internet.

    Nobody gets in by it, but everything whose subnet routes to it gets out: malware reaches those who
    control it, and data leaves past the proxies that were to see it.

    Known false positives: a network whose tag says only that nothing outside may get in, and gateways that no
    route leads to. Private NAT gateways are not reported. Not seen: a gateway without the tag in a VPC or a
    subnet that has it, for AWS Config does not show the tags of these with the gateway.
    """
    config = item.configuration
    # Items from before there were private gateways do not say which kind it is.
    is_public = state(config.get("connectivityType")) != "private"
    if not (params.marks(item) and is_public) or state(config.get("state")) in _GONE:
        return None
    addresses = [text(one.get("publicIp")) for one in items(config.get("natGatewayAddresses"))]
    vpc = text(config.get("vpcId"))
    return Violation(
        f"a public NAT gateway is in {vpc or 'a network'} and tagged {params.internal_tag}",
        evidence={
            "nat_gateway_id": item.resource_id,
            "vpc_id": vpc,
            "subnet_id": text(config.get("subnetId")),
            "public_ips": [address for address in addresses if address],
        },
    )
