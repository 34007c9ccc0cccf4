"""Something was changed about how AWS Config records."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "config:PutConfigurationRecorder",
        "config:PutDeliveryChannel",
        "config:StartConfigurationRecorder",
        "config:PutConfigRule",
        "config:PutRetentionConfiguration",
    ],
    severity=Severity.LOW,
    title="AWS Config changed",
    references=["https://docs.aws.amazon.com/config/latest/APIReference/API_PutConfigurationRecorder.html"],
    tags=["mitre:T1562.008", "cis:4.9", "strict"],
)
def config_changed(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody created, changed or started a recorder, delivery channel or rule of AWS Config.

    Whoever answers for the record of configurations wants to know of each change; other rules tell of those
    that stop it.

    Known false positives: none, as it says no more than that. Except the pipeline that does it by
    ``actor``.
    """
    if not params.count(event):
        return None
    named = first_text(event.request_parameters.get("configurationRecorderName"))
    return Violation(
        f"{event.actor} changed AWS Config by {event.action} of {named or 'one that is not named'}",
        resource=named,
    )
