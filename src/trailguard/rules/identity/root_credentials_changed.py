"""The password or address of the root user was changed, or its recovery asked for."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "signin:PasswordUpdated",
        "signin:PasswordRecoveryRequested",
        "signin:PasswordRecoveryCompleted",
        "signin:EmailUpdated",
        "iam:PasswordUpdated",
        "iam:EmailUpdated",
    ],
    severity=Severity.HIGH,
    title="Credentials of the root user changed",
    references=[
        "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html"
    ],
    tags=["mitre:T1098", "cis:4.3"],
    lint_ignore=["TG102"],  # the console makes these events, and no API has them
)
def root_credentials_changed(event: CloudTrailEvent) -> Violation | None:
    """Somebody changed the root user's password or address, or had its password recovered.

    Whoever reads the mail of that address can take the account.

    Known false positives: a change of staff, and the first recovery after an account was created by an
    organization; ask who did it. A recovery that was asked for is medium until it is completed.
    """
    if event.actor.type not in {"Root", "Unknown"}:
        return None
    asked = event.event_name == "PasswordRecoveryRequested"
    return Violation(
        f"{event.actor}: {event.event_name} of the root user of {event.account_id}",
        resource=event.account_id,
        severity=Severity.MEDIUM if asked else None,
    )
