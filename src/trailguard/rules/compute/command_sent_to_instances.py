"""Somebody had a command run on instances."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules.compute._commands import EVERYWHERE, Documents, targets_of
from trailguard.verdict import Severity, Violation


@rule(
    on="ssm:SendCommand",
    severity=Severity.MEDIUM,
    title="Command run on instances",
    references=["https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html"],
    tags=["mitre:T1651"],
)
def command_sent_to_instances(event: CloudTrailEvent, params: Documents) -> Violation | None:
    """Somebody had a script of their own run on instances as root; on all of them is high.

    It goes by Systems Manager, and needs no network, no key and no password to reach as many instances as
    one likes.

    Known false positives: operations that work so; except them by ``actor``. AWS's documents that do one
    thing, as patching does, do not count; documents of this account are low. Services' calls do not count
    unless ``service_calls`` says so. Not seen: the script, which CloudTrail hides.
    """
    ran = params.script(event.request_parameters.get("documentName"), event)
    if ran is None or not params.count(event):
        return None
    document, severity = ran
    where, resource = targets_of(event.request_parameters)
    if where == EVERYWHERE and severity is None:
        severity = Severity.HIGH
    return Violation(f"{event.actor} ran {document} on {where}", resource=resource, severity=severity)
