"""Machines from outside can be brought under Systems Manager."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on="ssm:CreateActivation",
    severity=Severity.LOW,
    title="Hybrid activation created",
    references=["https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_CreateActivation.html"],
    tags=["mitre:T1098.001"],
)
def hybrid_activation_created(event: CloudTrailEvent) -> Violation:
    """Somebody made an activation by which machines outside AWS register with Systems Manager.

    A machine that registers has credentials of the role from then on.

    Known false positives: servers in an office or data centre that are set up; except who does that by
    ``actor``.
    """
    named = first_text(event.request_parameters.get("iamRole"))
    return Violation(
        f"{event.actor} made an activation for the role {named or 'one that is not named'}", resource=named
    )
