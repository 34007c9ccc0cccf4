"""Secrets were deleted so that nobody can restore them."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text, is_true
from trailguard.verdict import Severity, Violation


@rule(
    on="secretsmanager:DeleteSecret",
    severity=Severity.LOW,
    title="Secret deleted at once",
    references=["https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html"],
    tags=["mitre:T1485", "strict"],
)
def secret_deleted_at_once(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody deleted a secret without the time in which it may be restored.

    What needs it stops, and an intruder's traces in its versions are gone.

    Known false positives: Terraform and tests, which delete so in order to use the name again; except them
    by ``actor``. Services' calls do not count unless ``service_calls`` says so.
    """
    if not params.count(event) or not is_true(event.request_parameters.get("forceDeleteWithoutRecovery")):
        return None
    secret = first_text(event.request_parameters.get("secretId"))
    return Violation(f"{event.actor} deleted the secret {secret or '(not named)'} at once", resource=secret)
