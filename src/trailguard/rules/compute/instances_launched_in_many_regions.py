"""One caller launches instances in region after region."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation
from trailguard.windows import Threshold


@rule(
    on=Match("ec2:RunInstances", outcome="any"),
    severity=Severity.MEDIUM,
    title="Instances launched in many regions",
    references=["https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/using-regions-availability-zones.html"],
    tags=["mitre:T1496.001", "mitre:T1535"],
    threshold=Threshold(4, within="1h", by="actor", distinct="region"),
)
def instances_launched_in_many_regions(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """One caller launched instances in four regions within an hour, or tried.

    Each region has limits of its own, so whoever mines at your cost goes through all of them.

    Known false positives: applications that are rolled out all over the world; except their pipeline by
    ``actor``. Services' calls, as of auto scaling, do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    kind = first_text(event.request_parameters.get("instanceType"))
    did = "launched" if event.succeeded else "tried to launch"
    return Violation(
        f"{event.actor} {did} {kind or 'instances'} in {event.aws_region or 'a region'}",
        evidence={"instance_type": kind},
    )
