"""Somebody was let in to a development environment."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=["cloud9:CreateEnvironmentMembership", "cloud9:UpdateEnvironmentMembership"],
    severity=Severity.LOW,
    title="Development environment shared",
    references=["https://docs.aws.amazon.com/cloud9/latest/user-guide/share-environment.html"],
    tags=["mitre:T1548.005"],
)
def development_environment_shared(event: CloudTrailEvent) -> Violation | None:
    """Somebody gave another user an environment of Cloud9 to write in.

    It has a shell, and the credentials of its owner.

    Known false positives: people who work together; except them by ``actor``. Members who may only read do
    not count.
    """
    request = event.request_parameters
    if request.get("permissions") != "read-write":
        return None
    named, whom = first_text(request.get("environmentId")), first_text(request.get("userArn"))
    return Violation(
        f"{event.actor} let {whom or '(not named)'} into the environment {named or '(not named)'}",
        resource=named,
        evidence={"user_arn": whom},
    )
