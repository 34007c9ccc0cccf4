"""An egress-only internet gateway is in an internal network."""

from __future__ import annotations

from collections.abc import Iterator

from trailguard._rule import rule
from trailguard.models.config import ConfigurationItem
from trailguard.rules._json import items, state, text
from trailguard.rules.network._internal import InternalNetwork
from trailguard.verdict import Severity, Violation

_ATTACHED = (None, "attached", "attaching", "available")


@rule(
    on="AWS::EC2::EgressOnlyInternetGateway",
    severity=Severity.MEDIUM,
    title="Egress-only internet gateway in an internal network",
    references=["https://docs.aws.amazon.com/vpc/latest/userguide/egress-only-internet-gateway.html"],
)
def egress_only_gateway_in_internal_network(
    item: ConfigurationItem, params: InternalNetwork
) -> Iterator[Violation]:
    """An egress-only internet gateway that is tagged as part of an internal network is attached to a VPC.

    It is to IPv6 what a NAT gateway is to IPv4: nobody gets in by it, but everything whose subnet routes to
    it gets out. Controls that know of IPv4 alone do not see what leaves this way.

    Known false positives: a network whose tag says only that nothing outside may get in, and gateways that no
    route leads to. Not seen: a gateway without the tag in a VPC that has it, for AWS Config does not show the
    VPC's tags with the gateway.
    """
    if not params.marks(item):
        return
    for vpc in _attached_to(item):
        network = vpc or "a VPC"
        yield Violation(
            f"an egress-only internet gateway is attached to {network} and tagged {params.internal_tag}",
            evidence={"egress_only_internet_gateway_id": item.resource_id, "vpc_id": vpc},
        )


def _attached_to(item: ConfigurationItem) -> list[str | None]:
    """Return the VPCs that it is attached to, None for one that is not named.

    The item has a list of attachments as the EC2 API has it, or just the VPC as CloudFormation has it.
    """
    config = item.configuration
    if attachments := items(config.get("attachments")):
        return [text(one.get("vpcId")) for one in attachments if state(one.get("state")) in _ATTACHED]
    vpc = text(config.get("VpcId")) or text(config.get("vpcId"))
    return [vpc] if vpc else []
