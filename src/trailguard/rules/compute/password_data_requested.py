"""Somebody asked for the password of a Windows instance."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.match import Match
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation
from trailguard.windows import Dedup


@rule(
    on=[
        Match("ec2:GetPasswordData"),
        Match("ec2:GetPasswordData", error=["*UnauthorizedOperation", "AccessDenied*"]),
    ],
    severity=Severity.LOW,
    title="Windows password requested",
    references=["https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_GetPasswordData.html"],
    tags=["mitre:T1552.005", "mitre:T1555.006"],
    dedup=Dedup(within="1h", by=["account_id", "actor"]),
)
def password_data_requested(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody asked for the encrypted password of the administrator of one instance, or was denied it.

    Whoever has the key pair of the instance as well can log in with it. It is told once an hour of one
    caller; ``windows-passwords-requested`` tells of many instances.

    Known false positives: administrators who set up a machine, and Terraform with ``get_password_data``;
    except them by ``actor``. Services' calls do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    instance = first_text(event.request_parameters.get("instanceId"))
    did = "asked" if event.succeeded else f"was denied ({event.error_code}) when they asked"
    return Violation(
        f"{event.actor} {did} for the password of {instance or 'an instance that is not named'}",
        resource=instance,
    )
