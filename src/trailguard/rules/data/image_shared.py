"""A machine image was shared with everybody, with another account, or with an organization."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._ec2 import request_of
from trailguard.rules._json import first_text
from trailguard.rules.data._sharing import EVERYBODY, Recipients, permissions_added
from trailguard.verdict import Severity, Violation


@rule(
    on=["ec2:ModifyImageAttribute", "ec2:ModifyFpgaImageAttribute"],
    severity=Severity.MEDIUM,
    title="Machine image shared",
    references=["https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharing-amis.html"],
    tags=["mitre:T1537"],
)
def image_shared(event: CloudTrailEvent, params: Recipients) -> Violation | None:
    """Somebody let every AWS account, one that is not trusted, or an organization launch a machine image.

    An image of a running server holds what the server holds: code, keys, customers' data. A launch in
    another account reads all of it, out of sight.

    Known false positives: companies that publish images, and build accounts that hand images to others of
    the same owner: name those in ``trusted_accounts``, or except the pipeline by ``actor``. Image Builder and
    other services do not count unless ``service_calls`` says so; sharing with everybody counts whoever does
    it.
    """
    request = request_of(event)
    permission = "launchPermission" if "launchPermission" in request else "loadPermission"
    shared = permissions_added(request, permission)
    whom, severity = params.whom(shared, event), Severity.MEDIUM
    if EVERYBODY in whom:
        severity = Severity.HIGH
    elif not whom and params.count(event):
        whom, severity = shared.organizations, Severity.LOW
    if not whom:
        return None
    image = first_text(request.get("imageId"), request.get("fpgaImageId"))
    return Violation(
        f"{event.actor} shared the image {image or '(not named)'} with {', '.join(whom)}",
        resource=image,
        severity=severity,
        evidence={"shared_with": whom},
    )
