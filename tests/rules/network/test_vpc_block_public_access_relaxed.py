import pytest

from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.network.vpc_block_public_access_relaxed import vpc_block_public_access_relaxed
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def modify(mode: object) -> CloudTrailEvent:
    request = {"ModifyVpcBlockPublicAccessOptionsRequest": {"InternetGatewayBlockMode": mode}}
    return cloudtrail_event("ec2:ModifyVpcBlockPublicAccessOptions", request=request)


OFF = modify("off")
EXCLUDED = cloudtrail_event(
    "ec2:CreateVpcBlockPublicAccessExclusion",
    request={"CreateVpcBlockPublicAccessExclusionRequest": {"VpcId": "vpc-1"}},
)
EXCLUDED_SUBNET = cloudtrail_event(
    "ec2:CreateVpcBlockPublicAccessExclusion", request={"subnetId": "subnet-1"}
)
UNNAMED = cloudtrail_event("ec2:CreateVpcBlockPublicAccessExclusion")


def test_names_the_region() -> None:
    assert vpc_block_public_access_relaxed(OFF) == [
        Violation(
            "user alice switched off the block of public access of VPCs in us-east-1", resource="us-east-1"
        )
    ]


def test_an_exclusion_is_less() -> None:
    assert_violates(
        vpc_block_public_access_relaxed,
        EXCLUDED,
        reason="user alice excluded vpc-1 from the block of public access",
        severity=Severity.MEDIUM,
    )
    assert_violates(vpc_block_public_access_relaxed, EXCLUDED_SUBNET, resource="subnet-1")
    assert_violates(vpc_block_public_access_relaxed, UNNAMED, resource=None)


@pytest.mark.parametrize("mode", ["block-bidirectional", "block-ingress", None])
def test_a_block_that_is_set(mode: object) -> None:
    assert_complies(vpc_block_public_access_relaxed, modify(mode))
