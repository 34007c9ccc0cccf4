"""Text messages can be sent, or may cost more."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "sns:SetSMSAttributes",
        "sns:CreateSMSSandboxPhoneNumber",
        "sns:VerifySMSSandboxPhoneNumber",
        "sms-voice:CreateOptOutList",
        "sms-voice:RequestPhoneNumber",
        "sms-voice:SetTextMessageSpendLimitOverride",
    ],
    severity=Severity.MEDIUM,
    title="Text messages enabled",
    references=["https://docs.aws.amazon.com/sns/latest/api/API_SetSMSAttributes.html"],
    tags=["mitre:T1496.003"],
)
def text_messages_enabled(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody set how text messages are sent and what they may cost, or registered a number for them.

    Stolen keys are used to send phishing by text message, or to numbers that charge for being called.

    Known false positives: an application that begins to send messages; except it by ``actor``.
    """
    if not params.count(event):
        return None
    named = first_text(event.request_parameters.get("phoneNumber"))
    return Violation(
        f"{event.actor} called {event.action} for {named or 'a number that is not named'}", resource=named
    )
