from typing import Any

import pytest

from trailguard import Severity, Violation
from trailguard.models import ConfigurationItem
from trailguard.rules.network.vpc_peered_with_untrusted_account import (
    Params,
    vpc_peered_with_untrusted_account,
)
from trailguard.testing import SampleItem, configuration_item

PEERING = "pcx-0a1b2c3d4e5example"
OWN = "111122223333"
OTHER = "444455556666"
ACTIVE = {"code": "active", "message": "Active"}


def side(account: str, **more: object) -> dict[str, Any]:
    region = "us-east-1" if account == OWN else "eu-west-1"
    return {
        "ownerId": account,
        "vpcId": f"vpc-{account[:4]}",
        "region": region,
        "cidrBlock": "10.0.0.0/16",
        **more,
    }


def peering(
    requester: object, accepter: object, *, tag: str = "INTERNAL_NETWORK", status: object = ACTIVE
) -> SampleItem:
    return configuration_item(
        "AWS::EC2::VPCPeeringConnection",
        {
            "vpcPeeringConnectionId": PEERING,
            "requesterVpcInfo": requester,
            "accepterVpcInfo": accepter,
            "status": status,
        },
        tags={tag: ""},
        account_id=OWN,
    )


OPEN = peering(side(OWN), side(OTHER))
OPEN_FROM_OUTSIDE = peering(side(OTHER), side(OWN))
CLOSED = peering(side(OWN), side(OWN))
NEAR_MISS = peering(side(OWN), side(OTHER), tag="PUBLIC_NETWORK")
REJECTED = peering(side(OWN), side(OTHER), status={"code": "rejected", "message": "Rejected"})


@pytest.mark.parametrize("item", [OPEN, OPEN_FROM_OUTSIDE], ids=["accepter", "requester"])
def test_names_the_other_side(item: ConfigurationItem) -> None:
    assert vpc_peered_with_untrusted_account(item) == [
        Violation(
            f"{PEERING} is tagged INTERNAL_NETWORK, but leads to vpc-4444 of {OTHER}",
            evidence={
                "vpc_peering_connection_id": PEERING,
                "peer_account_id": OTHER,
                "peer_vpc_id": "vpc-4444",
                "peer_region": "eu-west-1",
            },
        )
    ]
    assert vpc_peered_with_untrusted_account.severity is Severity.MEDIUM


@pytest.mark.parametrize(
    "status",
    [
        "active",
        "pending-acceptance",
        {"code": "pending-acceptance", "message": f"Pending Acceptance by {OTHER}"},
        {"code": "provisioning"},
        {"code": "initiating-request"},
        {},
        None,
    ],
)
def test_active_soon_active_or_not_told_counts(status: object) -> None:
    assert len(vpc_peered_with_untrusted_account(peering(side(OWN), side(OTHER), status=status))) == 1


@pytest.mark.parametrize(
    "status", ["failed", "expired", "rejected", "deleting", "deleted", {"code": "deleted"}]
)
def test_what_leads_nowhere_does_not(status: object) -> None:
    assert vpc_peered_with_untrusted_account(peering(side(OWN), side(OTHER), status=status)) == []


@pytest.mark.parametrize(
    "item",
    [
        CLOSED,
        NEAR_MISS,
        REJECTED,
        peering(side(OWN), side(OWN, region="eu-west-1")),
        peering(side(OWN), side(OTHER, ownerId=None)),
        peering(side(OWN), None),
    ],
    ids=["own account", "not marked", "rejected", "own account elsewhere", "owner unknown", "no peer"],
)
def test_other_connections_are_not_reported(item: ConfigurationItem) -> None:
    assert vpc_peered_with_untrusted_account(item) == []


def test_a_vpc_that_is_not_named_counts() -> None:
    found = vpc_peered_with_untrusted_account(peering(side(OWN), side(OTHER, vpcId=None)))

    assert [one.reason for one in found] == [
        f"{PEERING} is tagged INTERNAL_NETWORK, but leads to a VPC of {OTHER}"
    ]


def test_trusted_accounts_may_be_peered_with() -> None:
    assert vpc_peered_with_untrusted_account(OPEN, Params(trusted_accounts=frozenset({OTHER}))) == []
    assert len(vpc_peered_with_untrusted_account(OPEN, Params(trusted_accounts=frozenset({OWN})))) == 1


def test_the_tag_can_be_another() -> None:
    params = Params(internal_tag="PUBLIC_NETWORK")

    assert vpc_peered_with_untrusted_account(OPEN, params) == []
    assert len(vpc_peered_with_untrusted_account(NEAR_MISS, params)) == 1
