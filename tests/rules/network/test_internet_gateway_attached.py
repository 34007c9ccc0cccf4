from trailguard import Match, Severity, Violation
from trailguard.rules.network.internet_gateway_attached import internet_gateway_attached
from trailguard.testing import assert_complies, cloudtrail_event

ATTACHED = cloudtrail_event(
    "ec2:AttachInternetGateway",
    request={"internetGatewayId": "igw-1a2b3c4d", "vpcId": "vpc-1a2b3c4d"},
    response={"requestId": "3f0c", "_return": True},
)


def test_names_gateway_and_vpc() -> None:
    assert internet_gateway_attached(ATTACHED) == [
        Violation(
            "user alice attached the internet gateway igw-1a2b3c4d to vpc-1a2b3c4d",
            resource="igw-1a2b3c4d",
            evidence={"internet_gateway_id": "igw-1a2b3c4d", "vpc_id": "vpc-1a2b3c4d"},
        )
    ]


def test_an_attachment_that_was_refused_is_a_near_miss() -> None:
    assert_complies(
        internet_gateway_attached,
        cloudtrail_event(
            "ec2:AttachInternetGateway",
            request={"internetGatewayId": "igw-1a2b3c4d", "vpcId": "vpc-1a2b3c4d"},
            error="Client.UnauthorizedOperation",
        ),
    )


def test_making_or_detaching_a_gateway_is_a_near_miss() -> None:
    """Every attachment counts that went through, and nothing else."""
    assert internet_gateway_attached.matches() == (Match("ec2:AttachInternetGateway", outcome="success"),)
    assert internet_gateway_attached.severity is Severity.MEDIUM
