import pytest

from service_calls import assert_services_do_not_count
from trailguard import Violation
from trailguard.rules.account.capacity_bought import capacity_bought
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

SAMPLE = cloudtrail_event(
    "ec2:PurchaseReservedInstancesOffering", request={"reservedInstancesOfferingId": "offering-1"}
)


def test_names_who_did_it_to_what() -> None:
    assert capacity_bought(SAMPLE) == [
        Violation(
            "user alice called ec2:PurchaseReservedInstancesOffering for offering-1", resource="offering-1"
        )
    ]


def test_what_it_was_may_not_be_said() -> None:
    event = cloudtrail_event("ec2:PurchaseReservedInstancesOffering")

    assert_violates(
        capacity_bought,
        event,
        reason="user alice called ec2:PurchaseReservedInstancesOffering for an offering that is not named",
        resource=None,
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        capacity_bought, cloudtrail_event("ec2:PurchaseReservedInstancesOffering", error="AccessDenied")
    )


@pytest.mark.parametrize(
    "key",
    [
        "offeringId",
        "savingsPlanOfferingId",
        "capacityBlockOfferingId",
        "reservedDBInstancesOfferingId",
        "modelId",
    ],
)
def test_other_names_of_it(key: str) -> None:
    assert_violates(
        capacity_bought,
        cloudtrail_event("ec2:PurchaseReservedInstancesOffering", request={key: "offering-1"}),
        resource="offering-1",
    )


def test_calls_of_services() -> None:
    assert_services_do_not_count(capacity_bought, cloudtrail_event("ec2:PurchaseReservedInstancesOffering"))
