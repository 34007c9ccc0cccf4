"""What new instances are launched as was changed."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._ec2 import request_of
from trailguard.rules._json import first, first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=["ec2:CreateLaunchTemplateVersion", "ec2:ModifyLaunchTemplate"],
    severity=Severity.LOW,
    title="Launch template changed",
    references=["https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/manage-launch-template-versions.html"],
    tags=["mitre:T1578.005", "mitre:T1525", "strict"],
)
def launch_template_changed(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody made a version of a launch template, or made one the default.

    Instances of auto scaling are launched as it says, with its user data, which runs as root.

    Known false positives: each new image that is rolled out; except pipelines by ``actor``. Services' calls,
    as of EKS, do not count unless ``service_calls`` says so. Not seen: the user data, which CloudTrail hides.
    """
    if not params.count(event):
        return None
    request = request_of(event)
    template = first_text(request.get("launchTemplateId"), request.get("launchTemplateName"))
    return Violation(
        f"{event.actor} changed the launch template {template or '(not named)'} by {event.action}",
        resource=template,
        evidence={"has_user_data": "userData" in first(request.get("launchTemplateData"))},
    )
