"""Somebody read all of IAM at once."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=["iam:GetAccountAuthorizationDetails", "iam:GetCredentialReport"],
    severity=Severity.LOW,
    title="All of IAM read",
    references=[
        "https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html"
    ],
    tags=["mitre:T1087.004", "mitre:T1069.003"],
)
def authorization_details_read(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody had all users, roles and policies listed, or the report of all credentials.

    It is all one needs to find a way to more, without another call.

    Known false positives: auditors and their tools; except them by ``actor``. Services' calls do not count
    unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    named = first_text(event.request_parameters.get("marker"))
    return Violation(
        f"{event.actor} called {event.action} from {named or 'a page that is not named'}", resource=named
    )
