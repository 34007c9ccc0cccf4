import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.backup_plan_deleted import backup_plan_deleted
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event


def policy(**more: object) -> CloudTrailEvent:
    return cloudtrail_event("dlm:UpdateLifecyclePolicy", request={"policyId": "daily", **more})


PLAN = cloudtrail_event("backup:DeleteBackupPlan", request={"backupPlanId": "daily"})
SELECTION = cloudtrail_event(
    "backup:DeleteBackupSelection", request={"backupPlanId": "daily", "selectionId": "all"}
)
DISABLED = policy(state="DISABLED")


@pytest.mark.parametrize("event", [PLAN, SELECTION, DISABLED])
def test_names_the_plan(event: CloudTrailEvent) -> None:
    assert backup_plan_deleted(event) == [
        Violation(f"user alice called {event.action} for daily", resource="daily")
    ]


def test_what_it_was_may_not_be_said() -> None:
    assert_violates(
        backup_plan_deleted,
        cloudtrail_event("dlm:DeleteLifecyclePolicy"),
        reason="user alice called dlm:DeleteLifecyclePolicy for one that is not named",
    )


@pytest.mark.parametrize(
    "event",
    [
        policy(state="ENABLED"),
        policy(description="daily"),
        cloudtrail_event("dlm:UpdateLifecyclePolicy"),
        cloudtrail_event("dlm:UpdateLifecyclePolicy", request=PLAN.request_parameters),
        cloudtrail_event("backup:DeleteBackupPlan", error="AccessDenied"),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(backup_plan_deleted, event)


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(backup_plan_deleted, cloudtrail_event("backup:DeleteBackupPlan"))
