"""AWS Config was told to stop recording."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "config:StopConfigurationRecorder",
        "config:DeleteConfigurationRecorder",
        "config:DeleteDeliveryChannel",
    ],
    severity=Severity.HIGH,
    title="AWS Config recorder stopped",
    references=[
        "https://docs.aws.amazon.com/config/latest/APIReference/API_StopConfigurationRecorder.html",
        "https://docs.aws.amazon.com/config/latest/APIReference/API_DeleteDeliveryChannel.html",
    ],
    tags=["mitre:T1562.008", "cis:4.9"],
)
def config_recorder_stopped(event: CloudTrailEvent) -> Violation:
    """Somebody stopped or deleted the configuration recorder of a region, or its delivery channel.

    From then on no configuration item says what changes, and no rule of AWS Config is asked: what is made
    public is not seen.

    Known false positives: a region that is given up, Control Tower while it is set up, and Terraform, which
    stops a recorder before it changes it (except these by ``actor``).
    """
    named = first_text(
        event.request_parameters.get("configurationRecorderName"),
        event.request_parameters.get("deliveryChannelName"),
    )
    return Violation(
        f"{event.actor} called {event.action} on {named or 'one that is not named'}", resource=named
    )
