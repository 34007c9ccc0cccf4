"""A container was defined that does what intruders do."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first, first_text, items, texts
from trailguard.verdict import Severity, Violation

_TELLING = (
    "169.254.170.2",
    "169.254.169.254",
    "base64 -d",
    "base64 --decode",
    "| sh",
    "|sh",
    "| bash",
    "|bash",
    "/dev/tcp/",
)


@rule(
    on=["ecs:RegisterTaskDefinition", "ecs:RunTask"],
    severity=Severity.MEDIUM,
    title="Suspicious task definition",
    references=["https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-tasks-containers.html"],
    tags=["mitre:T1610", "mitre:T1552.005"],
)
def task_definition_suspicious(event: CloudTrailEvent) -> Violation | None:
    """Somebody defined a container whose command fetches and runs something, or asks for credentials.

    A task has a role: whoever may define tasks and pass roles gets its credentials by a command that sends
    them away.

    Known false positives: images that set themselves up by such commands; except them by ``resource``. Not
    seen: what an image itself does.
    """
    request = event.request_parameters
    overrides = first(request.get("overrides")).get("containerOverrides")
    containers = [*items(request.get("containerDefinitions")), *items(overrides)]
    said = " ".join(
        word for one in containers for key in ("command", "entryPoint") for word in texts(one.get(key))
    )
    telling = next((part for part in _TELLING if part in said), None)
    if telling is None:
        return None
    name = first_text(request.get("family"), request.get("taskDefinition"))
    return Violation(
        f"{event.actor} defined a container with {telling!r} in the task {name or '(not named)'}",
        resource=name,
    )
