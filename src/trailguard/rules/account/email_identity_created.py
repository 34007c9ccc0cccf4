"""An address or domain was made one that mail may be sent from."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "ses:VerifyEmailIdentity",
        "ses:VerifyDomainIdentity",
        "ses:CreateEmailIdentity",
        "ses:VerifyEmailAddress",
    ],
    severity=Severity.LOW,
    title="Identity for mail created",
    references=["https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_CreateEmailIdentity.html"],
    tags=["mitre:T1672"],
)
def email_identity_created(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody made an address or a domain one that mail may be sent from.

    Mail of that name goes out as trusted. After mail was explored or enabled by a stranger, it is the next
    step.

    Known false positives: applications that begin to send mail; except them by ``actor``.
    """
    if not params.count(event):
        return None
    named = first_text(
        event.request_parameters.get("emailAddress"),
        event.request_parameters.get("emailIdentity"),
        event.request_parameters.get("EmailIdentity"),
        event.request_parameters.get("domain"),
    )
    return Violation(
        f"{event.actor} made an identity for mail of {named or 'one that is not named'}", resource=named
    )
