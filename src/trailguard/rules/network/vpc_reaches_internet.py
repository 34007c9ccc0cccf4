"""A VPC that reaches the internet, by default or in spite of its mark."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from trailguard._rule import rule
from trailguard.models.config import ConfigurationItem
from trailguard.rules._json import is_true
from trailguard.rules.network._internal import InternalNetwork
from trailguard.verdict import Severity, Violation


class Params(InternalNetwork, frozen=True, defer_build=True):
    """The tag of internal networks, and what to do about default VPCs."""

    default_vpcs: Literal["report", "ignore"] = "report"


@rule(
    on="AWS::EC2::VPC",
    severity=Severity.MEDIUM,
    title="VPC reaches the internet",
    references=[
        "https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html",
        "https://docs.aws.amazon.com/vpc/latest/userguide/VPC_Internet_Gateway.html",
    ],
)
def vpc_reaches_internet(item: ConfigurationItem, params: Params) -> Iterator[Violation]:
    """A VPC is a default VPC, or is marked as internal by its tag and has an internet gateway all the same.

    AWS makes default VPCs with an internet gateway, a route to it, and subnets that hand out public
    addresses. What is launched without naming a subnet is launched there, and is on the internet. In an
    internal network, a gateway is a door that nobody expects: one route opens it.

    Known false positives: default VPCs whose gateway was taken away (``default_vpcs: ignore`` leaves all of
    them out). Not seen: gateways whose relationship to the VPC is not in the item. AWS Config does not record
    every relationship, and its aggregators record none; ``internet-gateway-in-use`` looks at the gateways.
    """
    vpc = item.resource_id
    if params.default_vpcs == "report" and is_true(item.configuration.get("isDefault")):
        yield Violation(
            f"{vpc} is a default VPC: made with a way to the internet",
            evidence={"vpc_id": vpc, "is_default": True},
        )
    for gateway in item.related("AWS::EC2::InternetGateway") if params.marks(item) else ():
        yield Violation(
            f"{vpc} is tagged {params.internal_tag}, but has the internet gateway {gateway}",
            evidence={"vpc_id": vpc, "internet_gateway_id": gateway},
        )
