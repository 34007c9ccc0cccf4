"""A trail was told to leave out management events."""

from __future__ import annotations

from typing import Any

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text, items, texts
from trailguard.verdict import Severity, Violation

# The console offers to leave these out, for their number.
_OPTIONAL = frozenset({"kms.amazonaws.com", "rdsdata.amazonaws.com"})


@rule(
    on="cloudtrail:PutEventSelectors",
    severity=Severity.HIGH,
    title="Events excluded from a trail",
    references=[
        "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html",
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html",
    ],
    tags=["mitre:T1562.008", "cis:4.5"],
)
def trail_events_excluded(event: CloudTrailEvent) -> Violation | None:
    """Somebody set event selectors by which a trail records no management events, or only those that read.

    It looks like a trail that works: it is on, and goes on writing files. But what an intruder changes is
    not in them.

    Known false positives: a trail for data events alone, beside another one for management events (except
    it by ``resource``). To leave out the events of KMS and the RDS Data API, which AWS offers for their
    number, is no finding. Not seen: which selectors there were before.
    """
    request = event.request_parameters
    trail = first_text(request.get("trailName"))
    basic, advanced = items(request.get("eventSelectors")), items(request.get("advancedEventSelectors"))
    if not (basic or advanced) or any(map(_has_writes, basic)) or any(map(_has_management, advanced)):
        return None
    return Violation(
        f"{event.actor} set selectors by which the trail {trail or '(not named)'} records no change any more",
        resource=trail,
        evidence={"selectors": basic or advanced},
    )


def _has_writes(selector: dict[str, Any]) -> bool:
    """Tell whether a basic selector has the management events that change something, as AWS assumes."""
    return (
        selector.get("includeManagementEvents") is not False and selector.get("readWriteType") != "ReadOnly"
    )


def _has_management(selector: dict[str, Any]) -> bool:
    """Tell whether an advanced selector has every management event that changes something."""
    conditions = {first_text(one.get("field")): one for one in items(selector.get("fieldSelectors"))}
    category = conditions.pop("eventCategory", {})
    read_only = conditions.pop("readOnly", {})
    source = conditions.pop("eventSource", {})
    return (
        "Management" in texts(category.get("equals"))
        and texts(read_only.get("equals")) in ([], ["false"])
        and source.keys() <= {"field", "notEquals"}
        and _OPTIONAL.issuperset(texts(source.get("notEquals")))
        and not conditions
    )
