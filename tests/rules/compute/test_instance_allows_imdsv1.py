from typing import Any

import pytest

from trailguard import Severity, Violation
from trailguard.models import ConfigurationItem
from trailguard.rules.compute.instance_allows_imdsv1 import instance_allows_imdsv1
from trailguard.testing import SampleItem, configuration_item

INSTANCE = "i-0a1b2c3d4e5example"
PROFILE = "arn:aws:iam::111122223333:instance-profile/web"
RUNNING = {"code": 16, "name": "running"}


def options(**more: object) -> dict[str, Any]:
    """Make ``metadataOptions`` that allow IMDSv1."""
    return {
        "state": "applied",
        "httpTokens": "optional",
        "httpPutResponseHopLimit": 1,
        "httpEndpoint": "enabled",
    } | more


def instance(metadata: object, *, state: object = RUNNING, **more: object) -> SampleItem:
    return configuration_item(
        "AWS::EC2::Instance",
        {"instanceId": INSTANCE, "state": state, "metadataOptions": metadata, **more},
    )


OPEN = instance(options(), iamInstanceProfile={"arn": PROFILE, "id": "AIPAJ2UCCR6DPCEXAMPLE"})
CLOSED = instance(options(httpTokens="required"))
NEAR_MISS = instance(options(httpEndpoint="disabled"))


def test_says_whose_credentials_are_at_stake() -> None:
    assert instance_allows_imdsv1(OPEN) == [
        Violation(
            "the instance's metadata can be read without a token (IMDSv1)",
            evidence={
                "instance_id": INSTANCE,
                "http_tokens": "optional",
                "http_endpoint": "enabled",
                "instance_profile": PROFILE,
            },
        )
    ]
    assert instance_allows_imdsv1.severity is Severity.MEDIUM


@pytest.mark.parametrize(
    "item",
    [
        instance(options(), iamInstanceProfile=None),
        instance(options(state="pending")),
        instance({"httpTokens": "optional"}),
        instance(options(), state={"code": 80, "name": "stopped"}),
    ],
    ids=["no role", "pending", "endpoint not said", "stopped"],
)
def test_where_it_runs_matters_little(item: ConfigurationItem) -> None:
    """A role can be attached, and a stopped instance started, at any time."""
    assert len(instance_allows_imdsv1(item)) == 1


@pytest.mark.parametrize(
    "state",
    [
        {"code": 48, "name": "terminated"},
        {"code": 32, "name": "shutting-down"},
        {"value": "terminated"},
        "terminated",
    ],
)
def test_an_instance_that_is_gone_does_not_count(state: object) -> None:
    assert instance_allows_imdsv1(instance(options(), state=state)) == []


@pytest.mark.parametrize(
    "item",
    [CLOSED, NEAR_MISS, instance(None), instance({}), instance({"httpEndpoint": "enabled"})],
    ids=["required", "endpoint off", "null", "empty", "tokens not said"],
)
def test_other_instances_are_not_reported(item: ConfigurationItem) -> None:
    """Nor are those of which nothing is known."""
    assert instance_allows_imdsv1(item) == []
