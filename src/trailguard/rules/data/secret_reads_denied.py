"""One caller is denied many secrets."""

from __future__ import annotations

from collections.abc import Iterator

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import texts
from trailguard.verdict import Severity, Violation
from trailguard.windows import Threshold


@rule(
    on=Match(
        "secretsmanager:GetSecretValue",
        "secretsmanager:BatchGetSecretValue",
        "ssm:GetParameter",
        "ssm:GetParameters",
        error="AccessDenied*",
    ),
    severity=Severity.MEDIUM,
    title="Many secrets denied",
    references=["https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access.html"],
    tags=["mitre:T1555.006"],
    threshold=Threshold(5, within="10m", by="actor", distinct="resource"),
)
def secret_reads_denied(event: CloudTrailEvent, params: Callers) -> Iterator[Violation]:
    """One caller was denied five different secrets or parameters within ten minutes.

    Somebody has a list of names and tries them with what they have stolen.

    Known false positives: a new application whose role is not right yet; except it by ``actor``. Services'
    calls do not count unless ``service_calls`` says so.
    """
    if params.count(event):
        request = event.request_parameters
        asked = [
            name for key in ("secretId", "secretIdList", "name", "names") for name in texts(request.get(key))
        ]
        for secret in asked or ["(not named)"]:
            yield Violation(f"{event.actor} is denied the secret {secret}", resource=secret)
