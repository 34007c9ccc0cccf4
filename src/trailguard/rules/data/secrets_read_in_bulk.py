"""One caller reads many secrets."""

from __future__ import annotations

from collections.abc import Iterator

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import texts
from trailguard.verdict import Severity, Violation
from trailguard.windows import Threshold


@rule(
    on=["secretsmanager:GetSecretValue", "secretsmanager:BatchGetSecretValue"],
    severity=Severity.MEDIUM,
    title="Many secrets read",
    references=[
        "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html",
        "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_BatchGetSecretValue.html",
    ],
    tags=["mitre:T1555.006"],
    threshold=Threshold(15, within="10m", by="actor", distinct="resource"),
)
def secrets_read_in_bulk(event: CloudTrailEvent, params: Callers) -> Iterator[Violation]:
    """One caller read fifteen different secrets within ten minutes.

    An application reads the few that it needs. Whoever has come in reads all there are.

    Known false positives: tools that copy secrets into clusters, and Terraform that keeps them in its
    state; except them by ``actor``. Services' calls do not count unless ``service_calls`` says so.
    """
    if params.count(event):
        request = event.request_parameters
        for secret in texts(request.get("secretId")) or texts(request.get("secretIdList")) or ["(not named)"]:
            yield Violation(f"{event.actor} reads the secret {secret}", resource=secret)
