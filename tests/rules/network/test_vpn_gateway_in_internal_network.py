import pytest

from trailguard import Severity, Violation
from trailguard.models import ConfigurationItem
from trailguard.rules.network._internal import InternalNetwork
from trailguard.rules.network.vpn_gateway_in_internal_network import vpn_gateway_in_internal_network
from trailguard.testing import SampleItem, configuration_item

GATEWAY = "vgw-0a1b2c3d4e5example"
ATTACHED = {"vpcId": "vpc-1", "state": "attached"}


def gateway(*attachments: object, tag: str = "INTERNAL_NETWORK", state: object = "available") -> SampleItem:
    return configuration_item(
        "AWS::EC2::VPNGateway",
        {"vpnGatewayId": GATEWAY, "state": state, "type": "ipsec.1", "vpcAttachments": attachments},
        tags={tag: ""},
    )


OPEN = gateway(ATTACHED)
CLOSED = gateway()
NEAR_MISS = gateway({"vpcId": "vpc-1", "state": "detached"})
NOT_MARKED = gateway(ATTACHED, tag="PUBLIC_NETWORK")
DELETED = gateway(ATTACHED, state="deleted")


def test_names_gateway_and_vpc() -> None:
    assert vpn_gateway_in_internal_network(OPEN) == [
        Violation(
            f"{GATEWAY} is tagged INTERNAL_NETWORK, but attached to vpc-1",
            evidence={"vpn_gateway_id": GATEWAY, "vpc_id": "vpc-1"},
        )
    ]
    assert vpn_gateway_in_internal_network.severity is Severity.MEDIUM


@pytest.mark.parametrize(
    "attachment",
    [
        {"vpcId": "vpc-1", "state": "attaching"},
        {"vpcId": "vpc-1", "state": {"value": "attached"}},
        {"vpcId": "vpc-1", "state": {"code": "attached", "message": "Attached"}},
        {"vpcId": "vpc-1", "state": None},
        {"vpcId": "vpc-1"},
        {"state": "attached"},
    ],
)
def test_attached_or_not_told_counts(attachment: dict[str, object]) -> None:
    assert len(vpn_gateway_in_internal_network(gateway(attachment))) == 1


def test_a_former_attachment_hides_no_other() -> None:
    item = gateway({"vpcId": "vpc-2", "state": "detached"}, ATTACHED)

    assert [one.evidence["vpc_id"] for one in vpn_gateway_in_internal_network(item)] == ["vpc-1"]


@pytest.mark.parametrize("state", ["pending", None], ids=["pending", "not told"])
def test_a_gateway_counts_until_it_is_being_deleted(state: object) -> None:
    assert len(vpn_gateway_in_internal_network(gateway(ATTACHED, state=state))) == 1


@pytest.mark.parametrize(
    "item",
    [
        CLOSED,
        NEAR_MISS,
        NOT_MARKED,
        DELETED,
        gateway({"vpcId": "vpc-1", "state": "detaching"}),
        gateway(ATTACHED, state={"value": "deleting"}),
    ],
    ids=["never attached", "detached", "not marked", "deleted", "detaching", "deleting"],
)
def test_other_gateways_are_not_reported(item: ConfigurationItem) -> None:
    assert vpn_gateway_in_internal_network(item) == []


def test_the_tag_can_be_another() -> None:
    params = InternalNetwork(internal_tag="PUBLIC_NETWORK")

    assert vpn_gateway_in_internal_network(OPEN, params) == []
    assert len(vpn_gateway_in_internal_network(NOT_MARKED, params)) == 1
