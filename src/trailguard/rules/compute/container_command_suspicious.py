"""A container runs a command that an intruder would."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first, first_text, items, texts
from trailguard.rules.compute._scripts import suspicious_part
from trailguard.verdict import Severity, Violation

if TYPE_CHECKING:
    from collections.abc import Mapping


@rule(
    on=[
        "ecs:RegisterTaskDefinition",
        "ecs:RunTask",
        "ecs:StartTask",
        "batch:RegisterJobDefinition",
        "batch:SubmitJob",
    ],
    severity=Severity.MEDIUM,
    title="Suspicious command in a container",
    references=["https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-tasks-containers.html"],
    tags=["mitre:T1610", "mitre:T1552.005"],
)
def container_command_suspicious(event: CloudTrailEvent) -> Violation | None:
    """Somebody had a container run a command that fetches a script, mines, or asks for credentials.

    A task or job has a role: whoever may define it and pass roles gets the credentials by a command that
    sends them away. A command that decodes something is low.

    Known false positives: images that set themselves up by such commands; except them by ``resource``. Not
    seen: what an image itself does.
    """
    request = event.request_parameters
    found = suspicious_part(" ".join(_words(request)))
    if found is None:
        return None
    part, severity = found
    name = first_text(*map(request.get, ("family", "taskDefinition", "jobDefinitionName", "jobDefinition")))
    return Violation(
        f"{event.actor} had a container run {part!r} in {name or '(not named)'}",
        resource=name,
        severity=severity,
    )


def _words(request: Mapping[str, Any]) -> list[str]:
    """Return the words of the commands of all containers."""
    containers = [
        *items(request.get("containerDefinitions")),
        *items(first(request.get("overrides")).get("containerOverrides")),
        first(request.get("containerProperties")),
        first(request.get("containerOverrides")),
    ]
    return [word for one in containers for key in ("entryPoint", "command") for word in texts(one.get(key))]
