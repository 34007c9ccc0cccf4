import pytest

from trailguard import Severity, Violation
from trailguard.models import ConfigurationItem
from trailguard.rules.network.vpc_reaches_internet import Params, vpc_reaches_internet
from trailguard.testing import SampleItem, configuration_item

VPC = "vpc-0a1b2c3d4e5example"
MARK = "INTERNAL_NETWORK"


def vpc(*tags: str, gateway: str | None = "igw-1", is_default: object = False) -> SampleItem:
    relationships = [("AWS::EC2::Subnet", "subnet-1")]
    if gateway:
        relationships.append(("AWS::EC2::InternetGateway", gateway))
    return configuration_item(
        "AWS::EC2::VPC",
        {"vpcId": VPC, "state": "available", "cidrBlock": "10.0.0.0/16", "isDefault": is_default},
        tags=dict.fromkeys(tags, ""),
        relationships=relationships,
    )


OPEN = vpc(MARK)
OPEN_DEFAULT = vpc(gateway=None, is_default=True)
CLOSED = vpc(MARK, gateway=None)
NEAR_MISS = vpc("PUBLIC_NETWORK")

IS_DEFAULT = Violation(
    f"{VPC} is a default VPC: made with a way to the internet",
    evidence={"vpc_id": VPC, "is_default": True},
)
HAS_GATEWAY = Violation(
    f"{VPC} is tagged {MARK}, but has the internet gateway igw-1",
    evidence={"vpc_id": VPC, "internet_gateway_id": "igw-1"},
)


@pytest.mark.parametrize(
    ("item", "found"),
    [
        (OPEN, [HAS_GATEWAY]),
        (OPEN_DEFAULT, [IS_DEFAULT]),
        (vpc(MARK, is_default=True), [IS_DEFAULT, HAS_GATEWAY]),
    ],
    ids=["gateway", "default", "both"],
)
def test_tells_each_way(item: ConfigurationItem, found: list[Violation]) -> None:
    assert vpc_reaches_internet(item) == found
    assert vpc_reaches_internet.severity is Severity.MEDIUM


@pytest.mark.parametrize(
    "item",
    [CLOSED, NEAR_MISS, vpc(MARK.lower()), vpc(gateway=None, is_default=None)],
    ids=["no gateway", "not marked", "other case", "not said"],
)
def test_other_vpcs_are_not_reported(item: ConfigurationItem) -> None:
    assert vpc_reaches_internet(item) == []


def test_default_vpcs_can_be_ignored() -> None:
    """A default VPC is a VPC still: the gateway in one that is marked counts."""
    params = Params(default_vpcs="ignore")

    assert vpc_reaches_internet(OPEN_DEFAULT, params) == []
    assert vpc_reaches_internet(vpc(MARK, is_default=True), params) == [HAS_GATEWAY]


def test_the_tag_can_be_another() -> None:
    params = Params(internal_tag="PUBLIC_NETWORK")

    assert vpc_reaches_internet(OPEN, params) == []
    assert len(vpc_reaches_internet(NEAR_MISS, params)) == 1


def test_a_gateway_without_an_id_is_none() -> None:
    item = configuration_item(
        "AWS::EC2::VPC",
        {"vpcId": VPC, "isDefault": False},
        tags={MARK: ""},
        relationships=[("AWS::EC2::InternetGateway", "")],
    )

    assert vpc_reaches_internet(item) == []
