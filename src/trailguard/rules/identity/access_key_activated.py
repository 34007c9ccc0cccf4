"""An access key was made to work again, or to stop."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on="iam:UpdateAccessKey",
    severity=Severity.LOW,
    title="Access key switched on or off",
    references=["https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccessKey.html"],
    tags=["mitre:T1098.001", "cis:4.4"],
)
def access_key_activated(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody switched an access key of an IAM user on or off.

    An old key that works again is a way back in that nobody made.

    Known false positives: rotation of keys; except who does that by ``actor``.
    """
    if not params.count(event):
        return None
    named = first_text(event.request_parameters.get("userName"), event.request_parameters.get("accessKeyId"))
    return Violation(
        f"{event.actor} switched a key on or off of {named or 'somebody that is not named'}", resource=named
    )
