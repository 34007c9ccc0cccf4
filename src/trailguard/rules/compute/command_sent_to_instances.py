"""Somebody had a command run on instances."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text, items, texts
from trailguard.verdict import Severity, Violation


class Params(Callers, frozen=True, defer_build=True):
    """The documents that run what one writes, and whether calls count that AWS services make."""

    documents: tuple[str, ...] = (
        "AWS-RunShellScript",
        "AWS-RunPowerShellScript",
        "AWS-RunRemoteScript",
        "AWS-RunSaltState",
        "AWS-RunAnsiblePlaybook",
    )


@rule(
    on="ssm:SendCommand",
    severity=Severity.MEDIUM,
    title="Command run on instances",
    references=["https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html"],
    tags=["mitre:T1651"],
)
def command_sent_to_instances(event: CloudTrailEvent, params: Params) -> Violation | None:
    """Somebody had a script of their own run on instances by Systems Manager, as root.

    It needs no network, no key and no password, and goes to as many instances as one likes.

    Known false positives: operations that work so; except them by ``actor``. Documents that do one thing,
    as patching does, do not count. Services' calls do not count unless ``service_calls`` says so.
    """
    request = event.request_parameters
    document = (first_text(request.get("documentName")) or "").rpartition("/")[2]
    if document not in params.documents or not params.count(event):
        return None
    named = texts(request.get("instanceIds"))
    targets = [value for one in items(request.get("targets")) for value in texts(one.get("values"))]
    where = ", ".join((named or targets)[:3]) or "(not named)"
    return Violation(
        f"{event.actor} ran {document} on {where}", resource=named[0] if len(named) == 1 else None
    )
