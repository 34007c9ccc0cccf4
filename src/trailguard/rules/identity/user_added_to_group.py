"""An IAM user was added to a group."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on="iam:AddUserToGroup",
    severity=Severity.LOW,
    title="User added to a group",
    references=["https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddUserToGroup.html"],
    tags=["mitre:T1098.003", "cis:4.4"],
)
def user_added_to_group(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody put an IAM user into a group; into one that is called after administrators it is medium.

    The user may do from then on what the group may.

    Known false positives: new colleagues; except who adds them by ``actor``. Not seen: what a group may do.
    """
    if not params.count(event):
        return None
    user, group = (first_text(event.request_parameters.get(key)) for key in ("userName", "groupName"))
    return Violation(
        f"{event.actor} added {user or '(not named)'} to the group {group or '(not named)'}",
        resource=user,
        severity=Severity.MEDIUM if "admin" in (group or "").lower() else None,
    )
