"""A great many instances were launched at once."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._ec2 import request_of
from trailguard.rules._json import first, items
from trailguard.verdict import Severity, Violation


class Params(Callers, frozen=True, defer_build=True):
    """How many instances are many, and whether calls count that AWS services make."""

    many: int = 20


@rule(
    on=["ec2:RunInstances", "ec2:CreateFleet", "ec2:RequestSpotFleet", "ec2:RequestSpotInstances"],
    severity=Severity.MEDIUM,
    title="Many instances launched",
    references=["https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html"],
    tags=["mitre:T1496.001", "mitre:T1578.002"],
)
def many_instances_launched(event: CloudTrailEvent, params: Params) -> Violation | None:
    """Somebody asked for twenty instances or more by one call.

    Miners take all that an account may have, in every region.

    Known false positives: computations on many machines; raise ``many``, or except them by ``actor``.
    Services' calls, as of auto scaling, do not count unless ``service_calls`` says so.
    """
    request = request_of(event)
    asked = [one.get("maxCount") for one in items(request.get("instancesSet"))]
    asked += [first(request.get("targetCapacitySpecification")).get("totalTargetCapacity")]
    asked += [
        first(request.get("spotFleetRequestConfig")).get("targetCapacity"),
        request.get("instanceCount"),
    ]
    number = max((one for one in asked if isinstance(one, int)), default=0)
    if number < params.many or not params.count(event):
        return None
    return Violation(
        f"{event.actor} asked for {number} instances by {event.action}", evidence={"instances": number}
    )
