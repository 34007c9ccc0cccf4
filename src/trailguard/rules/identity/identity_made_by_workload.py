"""A machine made or strengthened an IAM identity."""

from __future__ import annotations

import re

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation

_INSTANCE = re.compile(r"i-[0-9a-f]{8,17}")


@rule(
    on=[
        "iam:CreateUser",
        "iam:CreateAccessKey",
        "iam:CreateLoginProfile",
        "iam:UpdateLoginProfile",
        "iam:AttachUserPolicy",
        "iam:PutUserPolicy",
        "iam:AttachGroupPolicy",
        "iam:AddUserToGroup",
    ],
    severity=Severity.HIGH,
    title="Identity made by a machine",
    references=["https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html"],
    tags=["mitre:T1136.003", "mitre:T1098.001"],
)
def identity_made_by_workload(event: CloudTrailEvent) -> Violation | None:
    """The role of an EC2 instance was used to make an IAM user, a key or a password, or to give a user more.

    Instances have no business with users of IAM. It is how somebody who came in by an application, or took
    its credentials from the metadata service, stays when the application is mended.

    Known false positives: build servers that run Terraform with the role of their instance; except them by
    ``actor``. Not seen: functions and containers, whose sessions have names that cannot be told from
    others.
    """
    session = event.actor.session_name or ""
    if not _INSTANCE.fullmatch(session):
        return None
    user = first_text(event.request_parameters.get("userName"), event.request_parameters.get("groupName"))
    return Violation(
        f"{event.actor} called {event.action} for {user or '(not named)'} as an instance",
        resource=user,
        evidence={"instance_id": session},
    )
