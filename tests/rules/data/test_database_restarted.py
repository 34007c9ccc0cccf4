import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.database_restarted import database_restarted
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

REBOOTED = cloudtrail_event(
    "rds:RebootDBInstance", request={"dBInstanceIdentifier": "orders", "forceFailover": True}
)
FAILED_OVER = cloudtrail_event("rds:FailoverDBCluster", request={"dBClusterIdentifier": "orders"})


@pytest.mark.parametrize("event", [REBOOTED, FAILED_OVER])
def test_names_the_database(event: CloudTrailEvent) -> None:
    assert database_restarted(event) == [
        Violation(f"user alice called {event.action} for orders", resource="orders")
    ]


def test_what_it_was_may_not_be_said() -> None:
    assert_violates(
        database_restarted,
        cloudtrail_event("rds:RebootDBInstance"),
        reason="user alice called rds:RebootDBInstance for one that is not named",
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(database_restarted, cloudtrail_event("rds:RebootDBInstance", error="AccessDenied"))


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(database_restarted, cloudtrail_event("rds:RebootDBInstance"))


def test_is_for_those_who_ask_for_it() -> None:
    assert "strict" in database_restarted.tags
