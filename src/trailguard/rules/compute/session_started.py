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
    references=["https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager.html"],
    tags=["mitre:T1021.008"],
)
def session_started(event: CloudTrailEvent) -> Violation:
    """Somebody opened a session on an instance by Systems Manager, or ran a command in a container.

    It is how people should do that, and whose session it was is worth knowing when something happened.

    Known false positives: the daily work of operations; ``sessions-on-many-instances`` tells what is more
    than that.
    """
    named = first_text(event.request_parameters.get("target"), event.request_parameters.get("task"))
    return Violation(
        f"{event.actor} opened a session on {named or 'a target that is not named'}", resource=named
    )
