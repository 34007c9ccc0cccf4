"""A container may do what its host may."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text, is_true, items
from trailguard.verdict import Severity, Violation


@rule(
    on="ecs:RegisterTaskDefinition",
    severity=Severity.LOW,
    title="Privileged container defined",
    references=[
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html"
    ],
    tags=["mitre:T1610"],
)
def privileged_container_defined(event: CloudTrailEvent) -> Violation | None:
    """Somebody defined a task with a privileged container, or one that sees the processes of its host.

    From there it is one step to the host, and to the roles of all that runs on it.

    Known false positives: agents that watch over hosts; except them by ``resource``.
    """
    request = event.request_parameters
    containers = items(request.get("containerDefinitions"))
    privileged = [
        first_text(one.get("name")) or "one" for one in containers if is_true(one.get("privileged"))
    ]
    if not privileged and request.get("pidMode") != "host":
        return None
    family = first_text(request.get("family"))
    what = f"the container {privileged[0]} privileged" if privileged else "the processes of the host seen"
    return Violation(f"{event.actor} made {what} in the task {family or '(not named)'}", resource=family)
