from trailguard import CloudTrailEvent, Violation
from trailguard.rules.network.vpc_peered import vpc_peered
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def peering(action: str, requester: object, accepter: object, **request: object) -> CloudTrailEvent:
    made = {
        "vpcPeeringConnectionId": "pcx-1",
        "requesterVpcInfo": {"ownerId": requester, "vpcId": "vpc-1"},
        "accepterVpcInfo": {"ownerId": accepter, "vpcId": "vpc-2"},
    }
    return cloudtrail_event(f"ec2:{action}", request=request, response={"vpcPeeringConnection": made})


ACCEPTED = peering("AcceptVpcPeeringConnection", "444455556666", "111122223333")
ASKED = peering("CreateVpcPeeringConnection", "111122223333", "444455556666")
REQUEST_ALONE = cloudtrail_event(
    "ec2:CreateVpcPeeringConnection", request={"vpcId": "vpc-1", "peerOwnerId": "444455556666"}
)


def test_names_peering_and_account() -> None:
    assert vpc_peered(ACCEPTED) == [
        Violation(
            "user alice accepted the peering pcx-1 with the account 444455556666",
            resource="pcx-1",
            evidence={"accounts": ["444455556666"]},
        )
    ]
    assert_violates(
        vpc_peered, ASKED, reason="user alice asked for the peering pcx-1 with the account 444455556666"
    )
    assert_violates(vpc_peered, REQUEST_ALONE, resource=None)


def test_own_networks() -> None:
    assert_complies(vpc_peered, peering("CreateVpcPeeringConnection", "111122223333", "111122223333"))
    assert_complies(vpc_peered, cloudtrail_event("ec2:AcceptVpcPeeringConnection"))
    assert_complies(vpc_peered, ACCEPTED, params={"trusted_accounts": ["444455556666"]})
