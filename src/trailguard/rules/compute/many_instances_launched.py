"""A great many instances were launched at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._ec2 import request_of
from trailguard.rules._json import first, items, texts
from trailguard.verdict import Severity, Violation

if TYPE_CHECKING:
    from collections.abc import Iterator

_CALLS = (
    "ec2:RunInstances",
    "ec2:CreateFleet",
    "ec2:RequestSpotFleet",
    "ec2:RequestSpotInstances",
    "autoscaling:CreateAutoScalingGroup",
    "lightsail:CreateInstances",
)


class Params(Callers, frozen=True, defer_build=True):
    """How many instances are many, and whether calls count that AWS services make."""

    many: int = 20


@rule(
    on=[Match(*_CALLS), Match(*_CALLS, error="*LimitExceeded")],
    severity=Severity.MEDIUM,
    title="Many instances launched",
    references=["https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RunInstances.html"],
    tags=["mitre:T1496.001", "mitre:T1578.002"],
)
def many_instances_launched(event: CloudTrailEvent, params: Params) -> Violation | None:
    """Somebody asked for twenty instances or more by one call, and got them or met the account's limit.

    Miners take all that an account may have, in every region.

    Known false positives: computations on many machines; raise ``many``, or except them by ``actor``.
    Services' calls, as of auto scaling, do not count unless ``service_calls`` says so.
    """
    number = max((one for one in _numbers(event) if isinstance(one, int)), default=0)
    if number < params.many or not params.count(event):
        return None
    failed = "" if event.succeeded else f" ({event.error_code})"
    return Violation(
        f"{event.actor} asked for {number} instances by {event.action}{failed}",
        evidence={"instances": number},
    )


def _numbers(event: CloudTrailEvent) -> Iterator[object]:
    """Yield what may say how many instances somebody asked for, each call in its way."""
    request = request_of(event)
    yield from (one.get("maxCount") for one in items(request.get("instancesSet")))
    yield first(request.get("targetCapacitySpecification")).get("totalTargetCapacity")
    yield first(request.get("spotFleetRequestConfig")).get("targetCapacity")
    yield request.get("instanceCount")
    yield request.get("desiredCapacity")
    yield len(texts(request.get("instanceNames")))
