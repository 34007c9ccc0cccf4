from typing import Any

import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Severity, Violation
from trailguard.rules.data.database_deleted import database_deleted
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

INSTANCE = cloudtrail_event(
    "rds:DeleteDBInstance", request={"dBInstanceIdentifier": "orders", "skipFinalSnapshot": True}
)
WAREHOUSE = cloudtrail_event(
    "redshift:DeleteCluster", request={"clusterIdentifier": "orders", "skipFinalClusterSnapshot": True}
)
GRAPH = cloudtrail_event(
    "neptune-graph:DeleteGraph", request={"graphIdentifier": "orders", "skipSnapshot": True}
)
TABLE = cloudtrail_event("dynamodb:DeleteTable", request={"tableName": "orders"})


@pytest.mark.parametrize("event", [INSTANCE, WAREHOUSE, GRAPH])
def test_no_last_snapshot_is_worse(event: CloudTrailEvent) -> None:
    assert database_deleted(event) == [
        Violation(
            f"user alice deleted the database orders by {event.action} without a last snapshot",
            resource="orders",
            severity=Severity.MEDIUM,
        )
    ]


@pytest.mark.parametrize(
    ("action", "request_", "response"),
    [
        ("dynamodb:DeleteTable", {"tableName": "orders"}, None),
        ("rds:DeleteDBInstance", {"dBInstanceIdentifier": "orders", "skipFinalSnapshot": False}, None),
        (
            "rds:DeleteDBInstance",
            {"dBInstanceIdentifier": "orders", "skipFinalSnapshot": True},
            {"dBClusterIdentifier": "shop"},
        ),
    ],
    ids=["none to skip", "kept", "the cluster has the data"],
)
def test_others_are_low(action: str, request_: dict[str, Any], response: dict[str, Any] | None) -> None:
    assert_violates(
        database_deleted,
        cloudtrail_event(action, request=request_, response=response),
        reason=f"user alice deleted the database orders by {action}",
        severity="low",
    )


def test_a_deleted_cluster_is_no_member_of_itself() -> None:
    event = cloudtrail_event(
        "rds:DeleteDBCluster",
        request={"dBClusterIdentifier": "shop", "skipFinalSnapshot": True},
        response={"dBClusterIdentifier": "shop"},
    )

    assert_violates(database_deleted, event, severity="medium", resource="shop")


def test_the_database_may_not_be_named() -> None:
    assert_violates(
        database_deleted,
        cloudtrail_event("rds:DeleteGlobalCluster"),
        reason="user alice deleted the database (not named) by rds:DeleteGlobalCluster",
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(database_deleted, cloudtrail_event("rds:DeleteDBInstance", error="AccessDenied"))


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(database_deleted, cloudtrail_event("rds:DeleteDBCluster"))
