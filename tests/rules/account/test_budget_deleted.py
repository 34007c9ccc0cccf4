import pytest

from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.account.budget_deleted import budget_deleted
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event("budgets:DeleteBudget", request={"budgetName": "monthly"})


def test_names_who_did_it_to_what() -> None:
    assert budget_deleted(SAMPLE) == [
        Violation("user alice called budgets:DeleteBudget on monthly", resource="monthly")
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("budgets:DeleteBudget")

    assert_violates(
        budget_deleted,
        event,
        reason="user alice called budgets:DeleteBudget on one that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(budget_deleted, cloudtrail_event("budgets:DeleteBudget", error="AccessDenied"))


@pytest.mark.parametrize("key", ["monitorArn", "subscriptionArn"])
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        budget_deleted, cloudtrail_event("budgets:DeleteBudget", request={key: "monthly"}), resource="monthly"
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(budget_deleted, cloudtrail_event("budgets:DeleteBudget"))
