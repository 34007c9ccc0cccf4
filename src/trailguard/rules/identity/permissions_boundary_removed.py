"""What somebody may have at most was taken away."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=["iam:DeleteUserPermissionsBoundary", "iam:DeleteRolePermissionsBoundary"],
    severity=Severity.MEDIUM,
    title="Permissions boundary removed",
    references=["https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html"],
    tags=["mitre:T1098.003", "mitre:T1548.005"],
)
def permissions_boundary_removed(event: CloudTrailEvent) -> Violation:
    """Somebody removed the permissions boundary of a user or a role.

    Boundaries are what lets teams make their own roles without making administrators. Without it, its
    policies hold in full.

    Known false positives: a boundary that is given up on purpose; except who does that by ``actor``.
    """
    named = first_text(event.request_parameters.get("userName"), event.request_parameters.get("roleName"))
    return Violation(
        f"{event.actor} removed the permissions boundary of {named or 'one that is not named'}",
        resource=named,
    )
