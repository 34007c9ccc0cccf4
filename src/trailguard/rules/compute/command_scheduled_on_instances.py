"""Somebody had a command run on instances again and again."""

from __future__ import annotations

from collections.abc import Iterator

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first, items
from trailguard.rules.compute._commands import Documents, targets_of
from trailguard.verdict import Severity, Violation


@rule(
    on=["ssm:CreateAssociation", "ssm:CreateAssociationBatch", "ssm:UpdateAssociation"],
    severity=Severity.MEDIUM,
    title="Command scheduled on instances",
    references=[
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-associations.html"
    ],
    tags=["mitre:T1651", "mitre:T1546"],
)
def command_scheduled_on_instances(event: CloudTrailEvent, params: Documents) -> Iterator[Violation]:
    """Somebody associated a script of their own with instances: it runs as root, now and on a schedule.

    New instances that have the tag run it as well. It is a way to stay that survives whatever is done to one
    instance.

    Known false positives: operations that configure instances so; except them by ``actor``. AWS's documents
    that do one thing do not count; documents of this account are low. Services' calls do not count unless
    ``service_calls`` says so.
    """
    if not params.count(event):
        return
    described = first(event.response_elements.get("associationDescription"))
    for one in [event.request_parameters, *items(event.request_parameters.get("entries"))]:
        ran = params.script(one.get("name") or described.get("name"), event)
        if ran is not None:
            document, severity = ran
            where, resource = targets_of({**described, **one})
            yield Violation(
                f"{event.actor} scheduled {document} on {where}", resource=resource, severity=severity
            )
