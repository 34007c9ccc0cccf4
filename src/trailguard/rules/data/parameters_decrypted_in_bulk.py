"""One caller has many parameters decrypted."""

from __future__ import annotations

from collections.abc import Iterator

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import is_true, texts
from trailguard.verdict import Severity, Violation
from trailguard.windows import Threshold


class Params(Callers, frozen=True, defer_build=True):
    """Whether parameters count that are read one by one, and calls that AWS services make."""

    one_by_one: bool = False


def _listens(params: Params) -> tuple[str, ...]:
    several = ("ssm:GetParameters", "ssm:GetParametersByPath")
    return (*several, "ssm:GetParameter") if params.one_by_one else several


@rule(
    on=_listens,
    severity=Severity.MEDIUM,
    title="Many parameters decrypted",
    references=["https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html"],
    tags=["mitre:T1555.006"],
    threshold=Threshold(30, within="10m", by="actor", distinct="resource"),
)
def parameters_decrypted_in_bulk(event: CloudTrailEvent, params: Params) -> Iterator[Violation]:
    """One caller had thirty different parameters of the Parameter Store decrypted within ten minutes.

    Passwords and keys are in them. An application reads its own; whoever has come in reads all.

    Known false positives: applications with very many; except them by ``actor``. Services' calls do not count
    unless ``service_calls`` says so; nor those of ``GetParameter``, by which Terraform reads each parameter
    that it manages, unless ``one_by_one`` says so.
    """
    request = event.request_parameters
    if params.count(event) and is_true(request.get("withDecryption")):
        keys = ("name", "names", "path")
        asked = [name for key in keys for name in texts(request.get(key))]
        for name in asked or ["(not named)"]:
            yield Violation(f"{event.actor} has the parameter {name} decrypted", resource=name)
