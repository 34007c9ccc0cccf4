"""A key pair for instances was made or brought along."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=["ec2:ImportKeyPair", "ec2:CreateKeyPair", "lightsail:CreateKeyPair", "lightsail:ImportKeyPair"],
    severity=Severity.LOW,
    title="Key pair made",
    references=["https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ImportKeyPair.html"],
    tags=["mitre:T1098.004", "mitre:T1021.004"],
)
def key_pair_made(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody made a key pair, or brought one along.

    New instances let in whoever has it.

    Known false positives: teams that make key pairs by hand or by Terraform; except them by ``actor``.
    Services' calls do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    request = event.request_parameters
    named = first_text(request.get("keyName"), request.get("keyPairName"))
    return Violation(
        f"{event.actor} called {event.action} of {named or 'one that is not named'}", resource=named
    )
