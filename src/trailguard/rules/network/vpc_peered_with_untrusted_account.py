"""An internal network is peered with another account's VPC."""

from __future__ import annotations

from collections.abc import Iterator

from trailguard._rule import rule
from trailguard.models.config import ConfigurationItem
from trailguard.rules._json import items, state, text
from trailguard.rules.network._internal import InternalNetwork
from trailguard.verdict import Severity, Violation

_ALIVE = (None, "active", "pending-acceptance", "provisioning", "initiating-request")


class Params(InternalNetwork, frozen=True, defer_build=True):
    """The tag of internal networks, and the accounts that they may be peered with."""

    trusted_accounts: frozenset[str] = frozenset()


@rule(
    on="AWS::EC2::VPCPeeringConnection",
    severity=Severity.MEDIUM,
    title="Internal network peered with an account that is not trusted",
    references=[
        "https://docs.aws.amazon.com/vpc/latest/peering/what-is-vpc-peering.html",
        "https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html",
    ],
)
def vpc_peered_with_untrusted_account(item: ConfigurationItem, params: Params) -> Iterator[Violation]:
    """A peering connection that carries the tag of internal networks leads to an account that is not trusted.

    Connections that are not active yet count, as it takes one call to make them so. Then the two networks
    are one step apart by private addresses, and whoever breaks into the other account can go on from there.

    Known false positives: partners and accounts of the same owner (name them in ``trusted_accounts``), and
    connections that no route uses. Not seen: connections that do not carry the tag themselves, whatever their
    VPCs carry, and accounts that are reached through transit gateways or shared subnets.
    """
    if not params.marks(item) or state(item.configuration.get("status")) not in _ALIVE:
        return
    accepter, requester = (item.configuration.get(f"{side}VpcInfo") for side in ("accepter", "requester"))
    for peer in items(accepter) + items(requester):
        account, vpc = text(peer.get("ownerId")), text(peer.get("vpcId"))
        if account in (None, item.account_id) or account in params.trusted_accounts:
            continue
        yield Violation(
            f"{item.resource_id} is tagged {params.internal_tag}, but leads to {vpc or 'a VPC'} of {account}",
            evidence={
                "vpc_peering_connection_id": item.resource_id,
                "peer_account_id": account,
                "peer_vpc_id": vpc,
                "peer_region": text(peer.get("region")),
            },
        )
