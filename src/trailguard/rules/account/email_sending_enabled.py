"""Mail can be sent from the account now."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import is_true
from trailguard.verdict import Severity, Violation

_ENABLED = ("enabled", "sendingEnabled", "SendingEnabled")


@rule(
    on=["ses:UpdateAccountSendingEnabled", "ses:PutAccountSendingAttributes", "ses:PutAccountDetails"],
    severity=Severity.MEDIUM,
    title="Sending of mail enabled",
    references=[
        "https://docs.aws.amazon.com/ses/latest/APIReference/API_UpdateAccountSendingEnabled.html",
        "https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_PutAccountDetails.html",
    ],
    tags=["mitre:T1496.004", "mitre:T1672"],
)
def email_sending_enabled(event: CloudTrailEvent) -> Violation | None:
    """Somebody switched the sending of mail on, or asked that the account may leave the sandbox.

    Whoever holds stolen keys needs that before mail goes out in your name.

    Known false positives: an application that begins to send mail; it happens once. Except it by ``actor``.
    """
    request = event.request_parameters
    if event.event_name != "PutAccountDetails" and not any(map(is_true, map(request.get, _ENABLED))):
        return None
    return Violation(
        f"{event.actor} let mail be sent from the account {event.account_id} by {event.action}",
        resource=event.account_id,
    )
