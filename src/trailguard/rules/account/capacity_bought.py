"""Something was bought that is paid for a long time."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "ec2:PurchaseReservedInstancesOffering",
        "ec2:PurchaseHostReservation",
        "ec2:PurchaseCapacityBlock",
        "savingsplans:CreateSavingsPlan",
        "rds:PurchaseReservedDBInstancesOffering",
        "bedrock:CreateProvisionedModelThroughput",
    ],
    severity=Severity.MEDIUM,
    title="Capacity bought",
    references=[
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_PurchaseReservedInstancesOffering.html"
    ],
    tags=["mitre:T1496"],
)
def capacity_bought(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody bought reserved capacity, a savings plan, or throughput of a model.

    It is paid for months or years, and cannot be given back. Intruders buy capacity for their own use, or
    to do harm.

    Known false positives: whoever does the company's purchases; except them by ``actor``.
    """
    if not params.count(event):
        return None
    named = first_text(
        event.request_parameters.get("reservedInstancesOfferingId"),
        event.request_parameters.get("offeringId"),
        event.request_parameters.get("savingsPlanOfferingId"),
        event.request_parameters.get("capacityBlockOfferingId"),
        event.request_parameters.get("reservedDBInstancesOfferingId"),
        event.request_parameters.get("modelId"),
    )
    return Violation(
        f"{event.actor} called {event.action} for {named or 'an offering that is not named'}", resource=named
    )
