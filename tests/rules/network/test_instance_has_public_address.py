from typing import Any

import pytest

from trailguard import Severity, Violation
from trailguard.models import ConfigurationItem
from trailguard.rules.network.instance_has_public_address import instance_has_public_address
from trailguard.testing import SampleItem, configuration_item

INSTANCE = "i-0a1b2c3d4e5example"
RUNNING = {"code": 16, "name": "running"}
FIRST, SECOND = "192.0.2.10", "198.51.100.20"


def private(address: str, public: str | None = None) -> dict[str, Any]:
    """Make one of an interface's ``privateIpAddresses``."""
    return {"privateIpAddress": address, "primary": True, "association": associated(public)}


def associated(public: str | None) -> dict[str, Any] | None:
    return {"publicIp": public, "ipOwnerId": "amazon"} if public else None


def instance(*interfaces: object, state: object = RUNNING, **more: object) -> SampleItem:
    return configuration_item(
        "AWS::EC2::Instance",
        {
            "instanceId": INSTANCE,
            "state": state,
            "subnetId": "subnet-1a2b3c4d",
            "privateIpAddress": "10.0.0.10",
            "publicIpAddress": None,
            "publicDnsName": "",
            "networkInterfaces": interfaces,
            **more,
        },
    )


PUBLIC = {"association": associated(FIRST), "privateIpAddresses": [private("10.0.0.10", FIRST)]}
PRIVATE = {"association": None, "privateIpAddresses": [private("10.0.0.10")], "ipv6Addresses": []}

OPEN = instance(PUBLIC, publicIpAddress=FIRST)
OPEN_TWICE = instance(
    PUBLIC,
    {"association": None, "privateIpAddresses": [private("10.0.0.11"), private("10.0.0.12", SECOND)]},
    publicIpAddress=FIRST,
)
CLOSED = instance(PRIVATE)
NEAR_MISS = instance(PUBLIC, state={"code": 32, "name": "shutting-down"}, publicIpAddress=FIRST)


def test_each_address_is_told_once() -> None:
    """The first address stands in three places, the second one in one."""
    assert instance_has_public_address(OPEN_TWICE) == [
        Violation(
            f"the instance has the public address {address}",
            evidence={
                "instance_id": INSTANCE,
                "public_ip": address,
                "subnet_id": "subnet-1a2b3c4d",
            },
        )
        for address in (FIRST, SECOND)
    ]
    assert instance_has_public_address.severity is Severity.HIGH


@pytest.mark.parametrize(
    "item",
    [
        instance(PRIVATE, publicIpAddress=FIRST),
        instance({"association": associated(FIRST)}),
        instance({"privateIpAddresses": [private("10.0.0.10", FIRST)]}),
    ],
    ids=["instance", "interface", "private address"],
)
def test_any_place_does(item: ConfigurationItem) -> None:
    assert len(instance_has_public_address(item)) == 1


@pytest.mark.parametrize(
    "state", [RUNNING, {"code": 80, "name": "stopped"}, {"value": "running"}, "pending", None]
)
def test_an_instance_that_may_run_again_counts(state: object) -> None:
    assert len(instance_has_public_address(instance(PUBLIC, state=state))) == 1


@pytest.mark.parametrize("gone", ["shutting-down", "terminated"])
def test_an_instance_that_is_gone_does_not(gone: str) -> None:
    """However its state is written."""
    for state in (gone, {"code": 48, "name": gone}, {"value": gone}):
        assert instance_has_public_address(instance(PUBLIC, state=state)) == []


@pytest.mark.parametrize(
    "item",
    [
        CLOSED,
        NEAR_MISS,
        instance({**PRIVATE, "ipv6Addresses": [{"ipv6Address": "2001:db8::1"}]}),
        instance({**PRIVATE, "association": {"carrierIp": FIRST}}),
        instance(),
    ],
    ids=["private", "shutting down", "IPv6", "carrier", "no interfaces"],
)
def test_other_instances_are_not_reported(item: ConfigurationItem) -> None:
    assert instance_has_public_address(item) == []
