"""A KMS key is switched off, or will be deleted."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "kms:DisableKey",
        "kms:ScheduleKeyDeletion",
        "kms:DeleteImportedKeyMaterial",
        "kms:DisconnectCustomKeyStore",
    ],
    severity=Severity.MEDIUM,
    title="KMS key disabled or deleted",
    references=["https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html"],
    tags=["mitre:T1485", "mitre:T1490", "cis:4.7"],
)
def key_disabled_or_deleted(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody disabled a key, scheduled its deletion, or took its imported material away.

    The last works at once and is high. What is encrypted with it cannot be read from then on. A deletion
    can be cancelled within its waiting period, of seven days at least.

    Known false positives: infrastructure that is taken down with its keys; except pipelines by ``actor``.
    Services' calls do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    key = first_text(event.request_parameters.get("keyId"), event.response_elements.get("keyId"))
    at_once = event.action == "kms:DeleteImportedKeyMaterial"
    return Violation(
        f"{event.actor} called {event.action} on the key {key or '(not named)'}",
        resource=key,
        severity=Severity.HIGH if at_once else None,
    )
