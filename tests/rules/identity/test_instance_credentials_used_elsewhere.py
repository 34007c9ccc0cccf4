from typing import Any

import pytest

from trailguard import Violation
from trailguard.rules.identity.instance_credentials_used_elsewhere import instance_credentials_used_elsewhere
from trailguard.testing import assert_complies, assumed_role, cloudtrail_event

INSTANCE = assumed_role("Web", "i-0123456789abcdef0")
CALLED = cloudtrail_event("sts:GetCallerIdentity", actor=INSTANCE, source_ip="203.0.113.9")


def test_names_instance_and_address() -> None:
    assert instance_credentials_used_elsewhere(CALLED) == [
        Violation(
            "role Web (session i-0123456789abcdef0) called sts:GetCallerIdentity from 203.0.113.9",
            resource="i-0123456789abcdef0",
        )
    ]


@pytest.mark.parametrize(
    "more",
    [
        {"actor": assumed_role("Web", "deploy")},
        {"actor": {**INSTANCE, "type": "IAMUser"}},
        {"actor": INSTANCE, "vpcEndpointId": "vpce-1"},
        {"actor": INSTANCE, "source_ip": "2001:db8::1"},
        {"actor": INSTANCE, "source_ip": "ssm.amazonaws.com"},
    ],
)
def test_near_misses(more: dict[str, Any]) -> None:
    event = cloudtrail_event("sts:GetCallerIdentity", **{"source_ip": "203.0.113.9", **more})

    assert_complies(instance_credentials_used_elsewhere, event)


def test_counts_addresses_of_one_session() -> None:
    assert instance_credentials_used_elsewhere.threshold is not None
    assert instance_credentials_used_elsewhere.threshold.distinct == "source_ip"
