"""Credentials of the command line were made a sign-in to the console."""

from __future__ import annotations

import re

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.verdict import Severity, Violation

_INSTANCE = re.compile(r"i-[0-9a-f]{8,17}")


@rule(
    on="signin:GetSigninToken",
    severity=Severity.LOW,
    title="Sign-in token issued",
    references=[
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html"
    ],
    tags=["mitre:T1550.001"],
)
def signin_token_issued(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody made a sign-in to the console of temporary credentials.

    Tools do that with credentials that were stolen, as the console needs no password then. Of an EC2
    instance's credentials it is high, as no instance has a use for the console.

    Known false positives: brokers that let people in, and IAM Identity Center, whose roles do not count.
    Except others by ``actor``.
    """
    if event.actor.is_identity_center or not params.count(event):
        return None
    of_instance = _INSTANCE.fullmatch(event.actor.session_name or "")
    return Violation(
        f"{event.actor} made a sign-in to the console of temporary credentials",
        resource=event.actor.arn,
        severity=Severity.HIGH if of_instance else None,
    )
