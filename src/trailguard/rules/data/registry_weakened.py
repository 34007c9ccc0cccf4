"""A repository of images is not scanned any more, or its tags can be moved."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first, text
from trailguard.rules.data._spelling import is_false
from trailguard.verdict import Severity, Violation


@rule(
    on=["ecr:PutImageScanningConfiguration", "ecr:PutImageTagMutability"],
    severity=Severity.LOW,
    title="Image scanning or immutable tags disabled",
    references=[
        "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning.html",
        "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html",
    ],
    tags=["mitre:T1525", "mitre:T1562.001"],
)
def registry_weakened(event: CloudTrailEvent) -> Violation | None:
    """Somebody turned off the scan of new images of a repository, or let tags be given to other images.

    With tags that can be moved, ``latest`` or ``v1.2`` can become an image with something added, which all
    services then run after their next start.

    Known false positives: repositories that move from basic scans to those of Inspector; except them by
    ``resource``.
    """
    request = event.request_parameters
    if is_false(first(request.get("imageScanningConfiguration")).get("scanOnPush")):
        what = "turned off the scan of new images"
    elif text(request.get("imageTagMutability")) == "MUTABLE":
        what = "let tags be moved to other images"
    else:
        return None
    repository = text(request.get("repositoryName"))
    return Violation(
        f"{event.actor} {what} in the repository {repository or '(not named)'}", resource=repository
    )
