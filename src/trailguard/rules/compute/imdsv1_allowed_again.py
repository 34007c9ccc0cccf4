"""An instance's metadata can be read without a token again."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._ec2 import request_of
from trailguard.rules._json import first_text, state
from trailguard.verdict import Severity, Violation


@rule(
    on=["ec2:ModifyInstanceMetadataOptions", "ec2:ModifyInstanceMetadataDefaults"],
    severity=Severity.MEDIUM,
    title="IMDSv1 allowed again",
    references=[
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-IMDS-existing-instances.html"
    ],
    tags=["mitre:T1552.005", "cis:5.6"],
)
def imdsv1_allowed_again(event: CloudTrailEvent) -> Violation | None:
    """Somebody set that the metadata of an instance, or of new ones, may be read without a token.

    A web application that can be talked into fetching a URL then hands out the credentials of the role.

    Known false positives: software that is too old; except the instance by ``resource``.
    """
    request = request_of(event)
    if state(request.get("httpTokens")) != "optional":
        return None
    instance = first_text(request.get("instanceId"))
    named = f"the instance {instance}" if instance else "instances"
    return Violation(f"{event.actor} let the metadata of {named} be read without a token", resource=instance)
