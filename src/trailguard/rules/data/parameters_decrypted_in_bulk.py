"""One caller has many parameters decrypted."""

from __future__ import annotations

from collections.abc import Iterator

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import is_true, texts
from trailguard.verdict import Severity, Violation
from trailguard.windows import Threshold


@rule(
    on=["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"],
    severity=Severity.MEDIUM,
    title="Many parameters decrypted",
    references=["https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html"],
    tags=["mitre:T1555.006"],
    threshold=Threshold(30, within="10m", by="actor", distinct="resource"),
)
def parameters_decrypted_in_bulk(event: CloudTrailEvent, params: Callers) -> Iterator[Violation]:
    """One caller had thirty different parameters of the Parameter Store decrypted within ten minutes.

    Passwords and keys are in them. An application reads its own; whoever has come in reads all.

    Known false positives: Terraform, which reads each parameter that it manages, and applications with very
    many; except them by ``actor``. Services' calls do not count unless ``service_calls`` says so.
    """
    request = event.request_parameters
    if params.count(event) and is_true(request.get("withDecryption")):
        asked = [name for key in ("name", "names", "path") for name in texts(request.get(key))]
        for name in asked or ["(not named)"]:
            yield Violation(f"{event.actor} has the parameter {name} decrypted", resource=name)
