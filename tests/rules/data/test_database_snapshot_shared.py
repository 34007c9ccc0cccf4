from typing import Any

import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.data.database_snapshot_shared import database_snapshot_shared
from trailguard.testing import assert_complies, assert_violates, aws_service, cloudtrail_event

ACTION = "rds:ModifyDBSnapshotAttribute"
OTHER = "444455556666"


def attribute(*values: object, name: str = "restore", how: str = "valuesToAdd") -> dict[str, Any]:
    return {"dBSnapshotIdentifier": "orders-1", "attributeName": name, how: list(values)}


def redshift(account: object) -> CloudTrailEvent:
    return cloudtrail_event(
        "redshift:AuthorizeSnapshotAccess",
        request={"snapshotIdentifier": "orders-1", "accountWithRestoreAccess": account},
    )


PUBLIC = cloudtrail_event(ACTION, request=attribute("all", OTHER))
SHARED = cloudtrail_event(ACTION, request=attribute(OTHER, "111122223333", "777788889999"))
CLUSTER = cloudtrail_event(
    "rds:ModifyDBClusterSnapshotAttribute",
    request={"dBClusterSnapshotIdentifier": "orders-1", "attributeName": "restore", "valuesToAdd": [OTHER]},
)
REDSHIFT = redshift(OTHER)


def test_everybody_is_worse_than_an_account() -> None:
    assert database_snapshot_shared(PUBLIC) == [
        Violation(
            "user alice shared the database snapshot orders-1 with everybody",
            resource="orders-1",
            severity=Severity.CRITICAL,
            evidence={"shared_with": ["everybody"]},
        )
    ]
    assert_violates(
        database_snapshot_shared,
        SHARED,
        reason=f"user alice shared the database snapshot orders-1 with {OTHER}, 777788889999",
        severity="high",
    )


@pytest.mark.parametrize("event", [CLUSTER, REDSHIFT])
def test_clusters_have_snapshots_too(event: CloudTrailEvent) -> None:
    assert_violates(
        database_snapshot_shared,
        event,
        reason=f"user alice shared the database snapshot orders-1 with {OTHER}",
        resource="orders-1",
    )


@pytest.mark.parametrize(
    "event",
    [
        cloudtrail_event(ACTION, request=attribute("all", how="valuesToRemove")),
        cloudtrail_event(ACTION, request=attribute("all", name="copy")),
        cloudtrail_event(ACTION, request=attribute("111122223333")),
        cloudtrail_event(ACTION, request=attribute()),
        cloudtrail_event(ACTION, request=attribute("nobody")),
        cloudtrail_event(ACTION, request=attribute("all"), error="DBSnapshotNotFound"),
        cloudtrail_event(ACTION),
        redshift("amazon-redshift-support"),
        redshift("111122223333"),
        redshift(None),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(database_snapshot_shared, event)


def test_trusted_accounts_may_have_it() -> None:
    assert_complies(database_snapshot_shared, REDSHIFT, params={"trusted_accounts": [OTHER]})


def test_services_may_share_with_accounts_but_not_with_everybody() -> None:
    assert_services_do_not_count(database_snapshot_shared, cloudtrail_event(ACTION, request=attribute(OTHER)))
    assert_violates(
        database_snapshot_shared, cloudtrail_event(ACTION, request=attribute("all"), actor=aws_service())
    )
