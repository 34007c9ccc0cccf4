"""What makes backups by a schedule was deleted or disabled."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import text
from trailguard.rules.data._spelling import fields, named
from trailguard.verdict import Severity, Violation

_NAMES = ("backupplanid", "policyid")


@rule(
    on=[
        "backup:DeleteBackupPlan",
        "backup:DeleteBackupSelection",
        "dlm:DeleteLifecyclePolicy",
        "dlm:UpdateLifecyclePolicy",
    ],
    severity=Severity.LOW,
    title="Backup plan deleted",
    references=[
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/deleting-a-backup-plan.html",
        "https://docs.aws.amazon.com/ebs/latest/userguide/snapshot-lifecycle.html",
    ],
    tags=["mitre:T1490"],
)
def backup_plan_deleted(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody deleted a backup plan, or what it is for, or ended a policy that makes snapshots.

    The backups that are there stay, and end by their own time; no new ones come, which nobody notices until
    they are needed.

    Known false positives: Terraform, which makes a selection anew when it changes; except its ``actor``.
    Services' calls do not count unless ``service_calls`` says so.
    """
    if not params.count(event):
        return None
    state = text(fields(event.request_parameters).get("state"))
    if event.event_name.startswith("Update") and state != "DISABLED":
        return None
    plan = named(event, _NAMES)
    return Violation(
        f"{event.actor} called {event.action} for {plan or 'one that is not named'}", resource=plan
    )
