"""Builds of a project can be seen by everybody."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on="codebuild:UpdateProjectVisibility",
    severity=Severity.HIGH,
    title="CodeBuild project made public",
    references=["https://docs.aws.amazon.com/codebuild/latest/userguide/public-builds.html"],
    tags=["mitre:T1567"],
)
def project_made_public(event: CloudTrailEvent) -> Violation | None:
    """Somebody made the logs and artifacts of a CodeBuild project public.

    Secrets are printed in logs more often than one thinks.

    Known false positives: open source that is built in public; except the project by ``resource``.
    """
    if event.request_parameters.get("projectVisibility") != "PUBLIC_READ":
        return None
    project = first_text(event.request_parameters.get("projectArn"))
    return Violation(f"{event.actor} made the project {project or '(not named)'} public", resource=project)
