"""An instance may be terminated or stopped again."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation

_PROTECTIONS = {"disableApiTermination": "termination", "disableApiStop": "stopping"}


@rule(
    on="ec2:ModifyInstanceAttribute",
    severity=Severity.LOW,
    title="Protection of an instance disabled",
    references=[
        "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_ChangingDisableAPITermination.html"
    ],
    tags=["mitre:T1578.005", "mitre:T1489", "strict"],
)
def termination_protection_disabled(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody took away what keeps an instance from being terminated or stopped.

    It is the step before one that the owner wanted to be kept is gone.

    Known false positives: Terraform, which does so whenever it destroys an instance; except it by ``actor``.
    Services' calls do not count unless ``service_calls`` says so.
    """
    request = event.request_parameters
    disabled = [what for key, what in _PROTECTIONS.items() if _is_false(request.get(key))]
    if not disabled or not params.count(event):
        return None
    instance = first_text(request.get("instanceId"))
    against = " and ".join(disabled)
    return Violation(
        f"{event.actor} disabled the protection of {instance or '(not named)'} against {against}",
        resource=instance,
    )


def _is_false(value: object) -> bool:
    """Tell whether an attribute is set to false, which is more than that it is not set."""
    said = value.get("value") if isinstance(value, dict) else value
    return said is False or said == "false"
