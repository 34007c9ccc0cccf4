import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.databases_deleted_in_bulk import databases_deleted_in_bulk
from trailguard.testing import assert_complies, cloudtrail_event

TABLE = cloudtrail_event("dynamodb:DeleteTable", request={"tableName": "orders"})
CLUSTER = cloudtrail_event("rds:DeleteDBCluster", request={"dBClusterIdentifier": "orders"})


@pytest.mark.parametrize("event", [TABLE, CLUSTER])
def test_databases_of_all_services_count(event: CloudTrailEvent) -> None:
    assert databases_deleted_in_bulk(event) == [
        Violation(f"user alice deleted the database orders by {event.action}", resource="orders")
    ]


@pytest.mark.parametrize(
    "event",
    [
        cloudtrail_event("dynamodb:DeleteTable"),
        cloudtrail_event("rds:DeleteDBCluster", request={"skipFinalSnapshot": True}),
        cloudtrail_event("dynamodb:DeleteTable", request={"tableName": "orders"}, error="AccessDenied"),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(databases_deleted_in_bulk, event)


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(
        databases_deleted_in_bulk, cloudtrail_event("dynamodb:DeleteTable", request={"tableName": "orders"})
    )


def test_counts_different_databases_of_one_caller() -> None:
    threshold = databases_deleted_in_bulk.threshold

    assert threshold is not None
    assert (threshold.count, threshold.by, threshold.distinct) == (5, ("actor",), "resource")
