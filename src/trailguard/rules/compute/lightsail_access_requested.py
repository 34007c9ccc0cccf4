"""Somebody had the key to an instance of Lightsail."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=["lightsail:GetInstanceAccessDetails", "lightsail:DownloadDefaultKeyPair"],
    severity=Severity.LOW,
    title="Access to a Lightsail instance requested",
    references=[
        "https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_GetInstanceAccessDetails.html"
    ],
    tags=["mitre:T1552.004", "mitre:T1021.004"],
)
def lightsail_access_requested(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody had a key or password that lets one in to an instance of Lightsail.

    The default key of a region opens each of its instances.

    Known false positives: people who connect from the console; except them by ``actor``. Services' calls do
    not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    instance = first_text(event.request_parameters.get("instanceName"))
    return Violation(
        f"{event.actor} had the key to {instance or 'the instances'} by {event.action}", resource=instance
    )
