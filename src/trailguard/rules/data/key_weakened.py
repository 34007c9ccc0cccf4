"""A KMS key is turned over no more, or got material from outside."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=["kms:DisableKeyRotation", "kms:ImportKeyMaterial"],
    severity=Severity.LOW,
    title="KMS key weakened",
    references=["https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html"],
    tags=["mitre:T1486"],
)
def key_weakened(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody switched the rotation of a key off, or imported material into one.

    Material from outside is known to whoever made it, and they may delete it at once.

    Known false positives: companies that bring keys of their own; except who does that by ``actor``.
    """
    if not params.count(event):
        return None
    named = first_text(event.request_parameters.get("keyId"))
    return Violation(
        f"{event.actor} called {event.action} on the key {named or 'one that is not named'}", resource=named
    )
