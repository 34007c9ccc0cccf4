import pytest

from trailguard import Severity, Violation
from trailguard.models import ConfigurationItem
from trailguard.rules.network.endpoint_service_accepts_anyone import endpoint_service_accepts_anyone
from trailguard.testing import SampleItem, configuration_item

SERVICE = "vpce-svc-0a1b2c3d4e5example"
NAME = f"com.amazonaws.vpce.us-east-1.{SERVICE}"
CUSTOMER = "arn:aws:iam::444455556666:root"


def service(supplementary: dict[str, object] | None = None, **more: object) -> SampleItem:
    return configuration_item(
        "AWS::EC2::VPCEndpointService",
        {"serviceId": SERVICE, "serviceName": NAME, "acceptanceRequired": False, **more},
        supplementary=supplementary,
    )


OPEN = service()
OPEN_TO_EVERYBODY = service(allowedPrincipals=["*"])
OPEN_REGISTERED = configuration_item(
    "AWS::EC2::VPCEndpointService", {"ServiceId": SERVICE, "AcceptanceRequired": False}
)
CLOSED = service(acceptanceRequired=True)
NEAR_MISS = service(allowedPrincipals=[CUSTOMER])


def test_says_when_nobody_knows_who_is_allowed() -> None:
    assert endpoint_service_accepts_anyone(OPEN) == [
        Violation(
            "connections from whoever is allowed to make them are accepted without asking",
            evidence={"service_id": SERVICE, "service_name": NAME, "allowed_principals": None},
        )
    ]
    assert endpoint_service_accepts_anyone.severity is Severity.MEDIUM


def test_says_when_everybody_is_allowed() -> None:
    assert endpoint_service_accepts_anyone(OPEN_TO_EVERYBODY) == [
        Violation(
            "connections from any account are accepted without asking",
            evidence={"service_id": SERVICE, "service_name": NAME, "allowed_principals": ["*"]},
        )
    ]


@pytest.mark.parametrize(
    "item",
    [
        OPEN_REGISTERED,
        service(acceptanceRequired="false"),
        service(acceptanceRequired=None, AcceptanceRequired="False"),
        service(allowedPrincipals=[CUSTOMER, "*"]),
        service(allowedPrincipals=[{"principalType": "All", "principal": "*"}]),
        service(AllowedPrincipals=["arn:aws:iam::*:root"]),
        service({"AllowedPrincipals": [{"Principal": "*"}]}),
        service({"allowedPrincipals": ["*"]}, allowedPrincipals=[CUSTOMER]),
        service(allowedPrincipals=None),
    ],
    ids=[
        "registry",
        "text",
        "capital letter",
        "among others",
        "object",
        "every account",
        "supplementary",
        "in one of two places",
        "null",
    ],
)
def test_other_ways_to_be_open(item: ConfigurationItem) -> None:
    assert len(endpoint_service_accepts_anyone(item)) == 1


@pytest.mark.parametrize(
    "item",
    [
        CLOSED,
        NEAR_MISS,
        service(acceptanceRequired=True, allowedPrincipals=["*"]),
        service(acceptanceRequired=None),
        service(allowedPrincipals=[{"principalType": "Account", "principal": CUSTOMER}]),
        service(allowedPrincipals=["arn:aws:iam::444455556666:role/*"]),
        service({"AllowedPrincipals": [CUSTOMER]}),
        service(allowedPrincipals=[]),
    ],
    ids=[
        "asks",
        "one account",
        "asks everybody",
        "unknown",
        "object",
        "roles of an account",
        "supplementary",
        "nobody",
    ],
)
def test_other_services_are_not_reported(item: ConfigurationItem) -> None:
    assert endpoint_service_accepts_anyone(item) == []
