"""AWS Config was told to record some types of resources only."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first, first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "config:PutConfigurationRecorder",
        "config:DisassociateResourceTypes",
        "config:DeleteServiceLinkedConfigurationRecorder",
    ],
    severity=Severity.LOW,
    title="AWS Config records less",
    references=["https://docs.aws.amazon.com/config/latest/developerguide/select-resources.html"],
    tags=["mitre:T1562.008", "cis:4.9"],
)
def config_recorder_narrowed(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody set a recorder of AWS Config to chosen types of resources, or took types out of it.

    A recorder without buckets or roles in it is on, and says nothing of what is done to them.

    Known false positives: recorders that are made for few types to begin with, for their price; except who
    makes them by ``actor``. Not seen: which types there were before.
    """
    request = event.request_parameters
    recorder = first(request.get("configurationRecorder"))
    group = first(recorder.get("recordingGroup"))
    if not params.count(event):
        return None
    if event.event_name == "PutConfigurationRecorder" and group.get("allSupported") is not False:
        return None
    named = first_text(
        recorder.get("name"),
        request.get("configurationRecorderArn"),
        request.get("arn"),
        request.get("servicePrincipal"),
    )
    return Violation(
        f"{event.actor} had AWS Config record less by {event.action} of {named or 'one that is not named'}",
        resource=named,
        evidence={"recordingGroup": group} if group else {},
    )
