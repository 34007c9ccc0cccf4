"""What is built, and by which role, was changed."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation

_TELLING = (
    "source",
    "serviceRole",
    "environment",
    "buildspecOverride",
    "sourceLocationOverride",
    "imageOverride",
)


@rule(
    on=["codebuild:UpdateProject", "codebuild:StartBuild"],
    severity=Severity.LOW,
    title="Build changed",
    references=["https://docs.aws.amazon.com/codebuild/latest/APIReference/API_UpdateProject.html"],
    tags=["mitre:T1525", "mitre:T1548.005", "strict"],
)
def build_project_changed(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody changed the source, role or environment of a build, or started one with others.

    A build has a role, and what it makes is run elsewhere: whoever says what is built has both.

    Known false positives: deployments of pipelines, and tools that start builds with a commit of theirs;
    except them by ``actor``. Services' calls, as of CodePipeline, do not count unless ``service_calls`` says
    so.
    """
    request = event.request_parameters
    changed = [key for key in _TELLING if request.get(key)]
    if not changed or not params.count(event):
        return None
    project = first_text(request.get("projectName"), request.get("name"))
    return Violation(
        f"{event.actor} set {', '.join(changed)} of the build {project or '(not named)'}", resource=project
    )
