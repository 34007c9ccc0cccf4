"""A running instance was given another role."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._ec2 import request_of
from trailguard.rules._json import first, first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=["ec2:AssociateIamInstanceProfile", "ec2:ReplaceIamInstanceProfileAssociation"],
    severity=Severity.LOW,
    title="Role of an instance changed",
    references=[
        "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateIamInstanceProfile.html"
    ],
    tags=["mitre:T1098.003", "mitre:T1548.005"],
)
def instance_profile_replaced(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody gave a running instance an instance profile, or another one.

    Whoever is on the instance has the role from then on: a way to more for somebody who may pass roles.

    Known false positives: changes of infrastructure, and Systems Manager's quick set-up; except these by
    ``actor``. Services' calls do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    request = request_of(event)
    profile = first(request.get("iamInstanceProfile"))
    named = first_text(request.get("instanceId"), request.get("associationId"))
    return Violation(
        f"{event.actor} gave another role to {named or 'an instance that is not named'}",
        resource=named,
        evidence={"instance_profile": first_text(profile.get("arn"), profile.get("name"))},
    )
