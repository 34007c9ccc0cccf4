from typing import Any

import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.images_replicated_to_another_account import images_replicated_to_another_account
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

ACTION = "ecr:PutReplicationConfiguration"
OTHER = "444455556666"


def replication(*accounts: object) -> dict[str, Any]:
    destinations = [{"region": "eu-west-1", "registryId": account} for account in accounts]
    return {"replicationConfiguration": {"rules": [{"destinations": destinations}]}}


REPLICATED = cloudtrail_event(ACTION, request=replication("111122223333", OTHER))


def test_says_to_whom() -> None:
    assert images_replicated_to_another_account(REPLICATED) == [
        Violation(
            f"user alice had the images of 111122223333 replicated to {OTHER}",
            resource="111122223333",
            evidence={"accounts": [OTHER]},
        )
    ]


def test_trusted_accounts_may_have_them() -> None:
    assert_violates(images_replicated_to_another_account, REPLICATED)
    assert_complies(images_replicated_to_another_account, REPLICATED, params={"trusted_accounts": [OTHER]})


@pytest.mark.parametrize(
    "event",
    [
        cloudtrail_event(ACTION, request=replication("111122223333")),
        cloudtrail_event(ACTION, request=replication(None)),
        cloudtrail_event(ACTION, request={"replicationConfiguration": {"rules": []}}),
        cloudtrail_event(ACTION),
        cloudtrail_event(ACTION, request=replication(OTHER), error="AccessDenied"),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(images_replicated_to_another_account, event)


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(
        images_replicated_to_another_account, cloudtrail_event(ACTION, request=replication(OTHER))
    )
