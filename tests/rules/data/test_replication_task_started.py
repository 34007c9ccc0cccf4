import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.replication_task_started import replication_task_started
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

CREATED = cloudtrail_event("dms:CreateReplicationTask", request={"replicationTaskIdentifier": "orders"})
STARTED = cloudtrail_event("dms:StartReplicationTask", request={"replicationTaskArn": "orders"})


@pytest.mark.parametrize("event", [CREATED, STARTED])
def test_names_the_task(event: CloudTrailEvent) -> None:
    assert replication_task_started(event) == [
        Violation(f"user alice called {event.action} for orders", resource="orders")
    ]


def test_what_it_was_may_not_be_said() -> None:
    assert_violates(
        replication_task_started,
        cloudtrail_event("dms:CreateReplicationTask"),
        reason="user alice called dms:CreateReplicationTask for one that is not named",
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        replication_task_started, cloudtrail_event("dms:CreateReplicationTask", error="AccessDenied")
    )


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(replication_task_started, cloudtrail_event("dms:CreateReplicationTask"))
