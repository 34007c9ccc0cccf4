"""Somebody explores whether mail can be sent from here."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.verdict import Severity, Violation
from trailguard.windows import Threshold


@rule(
    on=Match(
        "ses:GetSendQuota",
        "ses:GetAccount",
        "ses:GetAccountSendingEnabled",
        "ses:ListIdentities",
        "ses:ListEmailIdentities",
        "ses:GetIdentityVerificationAttributes",
        "ses:GetSendStatistics",
        outcome="any",
    ),
    severity=Severity.MEDIUM,
    title="Mail service explored",
    references=["https://docs.aws.amazon.com/ses/latest/APIReference/API_GetSendQuota.html"],
    tags=["mitre:T1580", "mitre:T1672"],
    threshold=Threshold(3, within="10m", by="actor", distinct="event_name"),
)
def email_enumerated(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """One caller asked for several things by which one learns how much mail an account may send, and as whom.

    Leaked keys are tried for mail first: an account out of the sandbox sends a hundred thousand messages of
    phishing in a day. Denied calls count as well.

    Known false positives: monitoring of the mail service, and people who look at its console; except them
    by ``actor``. Services' calls do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    return Violation(f"{event.actor} explores what mail can be sent: {event.action}")
