"""Somebody opened a shell on an instance."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=["ssm:StartSession", "ecs:ExecuteCommand"],
    severity=Severity.LOW,
    title="Session on an instance started",
    references=[
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager.html",
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html",
    ],
    tags=["mitre:T1021.008", "mitre:T1609"],
)
def session_started(event: CloudTrailEvent) -> Violation:
    """Somebody opened a session on an instance by Systems Manager, or ran a command in a container.

    It is how people should do that, and whose session it was is worth knowing when something happened. The
    evidence has the document, as for forwarding a port, or the command.

    Known false positives: the daily work of operations; ``sessions-on-many-instances`` tells what is more
    than that.
    """
    request = event.request_parameters
    named = first_text(request.get("target"), request.get("task"))
    return Violation(
        f"{event.actor} opened a session on {named or 'a target that is not named'}",
        resource=named,
        evidence={
            key: value
            for key in ("documentName", "command", "reason")
            if (value := first_text(request.get(key)))
        },
    )
