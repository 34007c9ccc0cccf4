import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.database_queried_in_bulk import database_queried_in_bulk
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

AURORA = cloudtrail_event("rds-data:ExecuteStatement", request={"resourceArn": "orders", "sql": "**********"})
REDSHIFT = cloudtrail_event("redshift-data:ExecuteStatement", request={"clusterIdentifier": "orders"})


@pytest.mark.parametrize("event", [AURORA, REDSHIFT])
def test_names_the_database(event: CloudTrailEvent) -> None:
    assert database_queried_in_bulk(event) == [
        Violation("user alice runs many statements in orders", resource="orders")
    ]


def test_what_it_was_may_not_be_said() -> None:
    assert_violates(
        database_queried_in_bulk,
        cloudtrail_event("rds-data:ExecuteStatement"),
        reason="user alice runs many statements in a database",
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        database_queried_in_bulk, cloudtrail_event("rds-data:ExecuteStatement", error="AccessDenied")
    )


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(database_queried_in_bulk, cloudtrail_event("rds-data:ExecuteStatement"))


def test_is_for_those_who_ask_for_it() -> None:
    assert "strict" in database_queried_in_bulk.tags
