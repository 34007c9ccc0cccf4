from typing import Any

import pytest

from trailguard import Violation
from trailguard.rules.identity.root_access_key_created import root_access_key_created
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event, root

MADE = cloudtrail_event(
    "iam:CreateAccessKey",
    actor=root(),
    response={"accessKey": {"accessKeyId": "AKIAIOSFODNN7EXAMPLE", "status": "Active"}},
)
UNKNOWN = cloudtrail_event("iam:CreateAccessKey", actor=root(), request={"userName": "root"})


def test_names_the_key() -> None:
    assert root_access_key_created(MADE) == [
        Violation(
            "root of 111122223333 made an access key for root: AKIAIOSFODNN7EXAMPLE",
            resource="111122223333",
            evidence={"access_key_id": "AKIAIOSFODNN7EXAMPLE"},
        )
    ]
    assert_violates(
        root_access_key_created, UNKNOWN, reason="root of 111122223333 made an access key for root: not named"
    )


@pytest.mark.parametrize(
    "more",
    [
        {"request": {"userName": "alice"}},
        {"response": {"accessKey": {"userName": "alice", "accessKeyId": "AKIAIOSFODNN7EXAMPLE"}}},
        {"error": "LimitExceededException"},
    ],
)
def test_keys_of_others(more: dict[str, Any]) -> None:
    assert_complies(root_access_key_created, cloudtrail_event("iam:CreateAccessKey", actor=root(), **more))


def test_others_do_not_make_keys_of_root() -> None:
    assert_complies(root_access_key_created, cloudtrail_event("iam:CreateAccessKey"))
