import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.database_data_api_enabled import database_data_api_enabled
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

REQUEST = {"dBClusterIdentifier": "orders", "enableHttpEndpoint": True}

MODIFIED = cloudtrail_event("rds:ModifyDBCluster", request=REQUEST)
ENABLED = cloudtrail_event("rds:EnableHttpEndpoint", request={"resourceArn": "orders"})


@pytest.mark.parametrize("event", [MODIFIED, ENABLED])
def test_names_the_database(event: CloudTrailEvent) -> None:
    assert database_data_api_enabled(event) == [
        Violation("user alice turned on the Data API of the database orders", resource="orders")
    ]


def test_the_database_may_not_be_named() -> None:
    assert_violates(
        database_data_api_enabled,
        cloudtrail_event("rds:EnableHttpEndpoint"),
        reason="user alice turned on the Data API of the database (not named)",
    )


@pytest.mark.parametrize(
    "event",
    [
        cloudtrail_event("rds:ModifyDBCluster", request=REQUEST | {"enableHttpEndpoint": False}),
        cloudtrail_event("rds:ModifyDBCluster", request={"resourceArn": "orders"}),
        cloudtrail_event("rds:ModifyDBCluster"),
        cloudtrail_event("rds:ModifyDBCluster", request=REQUEST, error="AccessDenied"),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(database_data_api_enabled, event)


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(
        database_data_api_enabled, cloudtrail_event("rds:ModifyDBCluster", request=REQUEST)
    )
