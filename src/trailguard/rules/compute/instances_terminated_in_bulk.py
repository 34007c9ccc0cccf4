"""One caller terminates many instances."""

from __future__ import annotations

from collections.abc import Iterator

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text, items
from trailguard.verdict import Severity, Violation
from trailguard.windows import Threshold


@rule(
    on=["ec2:TerminateInstances"],
    severity=Severity.MEDIUM,
    title="Many instances terminated",
    references=["https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html"],
    tags=["mitre:T1485", "mitre:T1578.003"],
    threshold=Threshold(20, within="10m", by="actor", distinct="resource"),
)
def instances_terminated_in_bulk(event: CloudTrailEvent, params: Callers) -> Iterator[Violation]:
    """One caller terminated twenty different instances within ten minutes.

    What is on their disks goes with them.

    Known false positives: environments that are taken down, and computations that end; except these by
    ``actor``. Services' calls, as of auto scaling, do not count unless ``service_calls`` says so.
    """
    if params.count(event):
        for one in items(event.request_parameters.get("instancesSet")):
            instance = first_text(one.get("instanceId"))
            yield Violation(
                f"{event.actor} terminated the instance {instance or '(not named)'}", resource=instance
            )
