"""A VPN gateway in a network that is marked as internal."""

from __future__ import annotations

from collections.abc import Iterator

from trailguard._rule import rule
from trailguard.models.config import ConfigurationItem
from trailguard.rules._json import items, state, text
from trailguard.rules.network._internal import InternalNetwork
from trailguard.verdict import Severity, Violation


@rule(
    on="AWS::EC2::VPNGateway",
    severity=Severity.MEDIUM,
    title="VPN gateway in an internal network",
    references=["https://docs.aws.amazon.com/vpn/latest/s2svpn/VPC_VPN.html"],
)
def vpn_gateway_in_internal_network(item: ConfigurationItem, params: InternalNetwork) -> Iterator[Violation]:
    """A virtual private gateway that carries the tag of internal networks is attached to a VPC.

    It is one end of a tunnel, or of a Direct Connect line, to a network outside AWS. Whoever is in there is
    in the internal network too, past everything that watches the way to the internet.

    Known false positives: internal networks that reach into an office or data centre on purpose, and gateways
    without any connection yet. Not seen: gateways that do not carry the tag themselves, whatever their VPC
    carries; VPN connections of transit gateways; client VPN endpoints.
    """
    if not params.marks(item) or state(item.configuration.get("state")) in ("deleting", "deleted"):
        return
    for attachment in items(item.configuration.get("vpcAttachments")):
        vpc = text(attachment.get("vpcId"))
        if state(attachment.get("state")) in (None, "attached", "attaching"):
            yield Violation(
                f"{item.resource_id} is tagged {params.internal_tag}, but attached to {vpc or 'a VPC'}",
                evidence={"vpn_gateway_id": item.resource_id, "vpc_id": vpc},
            )
