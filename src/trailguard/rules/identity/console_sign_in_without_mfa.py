"""An IAM user signed in to the console without MFA."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.verdict import Severity, Violation


@rule(
    on=Match("signin:ConsoleLogin", identity="IAMUser"),
    severity=Severity.MEDIUM,
    title="Console sign-in without MFA",
    references=[
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa.html",
    ],
    tags=["mitre:T1078.004", "cis:4.2"],
)
def console_sign_in_without_mfa(event: CloudTrailEvent) -> Violation | None:
    """An IAM user signed in to the console by a password alone.

    A password that was phished or guessed is then all it takes.

    Known false positives: users who are yet to register a device (except them by ``actor``, with an end).
    Whoever comes through SAML or IAM Identity Center has used MFA there, or has not: CloudTrail does not
    know, and they are not looked at. The root user is ``root-signed-in``'s.
    """
    if event.mfa is not False or event.additional_event_data.get("SamlProviderArn"):
        return None
    return Violation(f"{event.actor} signed in to the console without MFA", resource=event.actor.arn)
