"""A repository of images, packages or code was deleted."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules.data._spelling import named
from trailguard.verdict import Severity, Violation

_NAMES = ("repositoryname", "repository", "domain")


@rule(
    on=[
        "ecr:DeleteRepository",
        "codecommit:DeleteRepository",
        "codeartifact:DeleteRepository",
        "codeartifact:DeleteDomain",
    ],
    severity=Severity.LOW,
    title="Repository deleted",
    references=[
        "https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html",
        "https://docs.aws.amazon.com/codecommit/latest/APIReference/API_DeleteRepository.html",
    ],
    tags=["mitre:T1485"],
)
def repository_deleted(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody deleted a repository, with all images, packages or code in it.

    Services cannot start from images that are gone, and there is no way back but to build them again.

    Known false positives: projects that end; except the pipeline by ``actor``. Services' calls do not count
    unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    repository = named(event, _NAMES)
    return Violation(
        f"{event.actor} deleted the repository {repository or '(not named)'} by {event.action}",
        resource=repository,
    )
