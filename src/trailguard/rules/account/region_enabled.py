"""A region was enabled or disabled."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=["account:EnableRegion", "account:DisableRegion"],
    severity=Severity.MEDIUM,
    title="Region enabled or disabled",
    references=["https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html"],
    tags=["mitre:T1535"],
)
def region_enabled(event: CloudTrailEvent) -> Violation:
    """Somebody enabled a region that accounts do not have by themselves, or disabled one.

    Intruders use regions that nobody looks at: trails, detectors and policies are often not set up there.

    Known false positives: a company that goes to another part of the world; except the region by
    ``resource``.
    """
    region = first_text(
        event.request_parameters.get("RegionName"), event.request_parameters.get("regionName")
    )
    verb = "enabled" if event.action == "account:EnableRegion" else "disabled"
    return Violation(f"{event.actor} {verb} the region {region or '(not named)'}", resource=region)
