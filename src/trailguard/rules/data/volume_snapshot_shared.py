"""A snapshot of a volume was shared with everybody, or with another account."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first_text
from trailguard.rules.data._sharing import EVERYBODY, Recipients, permissions_added
from trailguard.verdict import Severity, Violation


@rule(
    on="ec2:ModifySnapshotAttribute",
    severity=Severity.HIGH,
    title="Snapshot of a volume shared",
    references=["https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html"],
    tags=["mitre:T1537"],
)
def volume_snapshot_shared(event: CloudTrailEvent, params: Recipients) -> Violation | None:
    """Somebody let every AWS account, or one that is not trusted, make volumes of a snapshot.

    Whoever makes a volume of it has all that was on the disk: passwords, keys, databases. It is the way out
    that takes two calls and moves no data through the network. Public snapshots are found within minutes by
    those who look for them. What is copied stays copied after the permission is taken back.

    Known false positives: backups that are kept in an account of the same owner; name it in
    ``trusted_accounts``. Services that share with accounts, as Data Lifecycle Manager does, do not count
    unless ``service_calls`` says so; sharing with everybody counts whoever does it.
    """
    whom = params.whom(permissions_added(event.request_parameters, "createVolumePermission"), event)
    if not whom:
        return None
    snapshot = first_text(event.request_parameters.get("snapshotId"))
    return Violation(
        f"{event.actor} shared the snapshot {snapshot or '(not named)'} with {', '.join(whom)}",
        resource=snapshot,
        severity=Severity.CRITICAL if EVERYBODY in whom else Severity.HIGH,
        evidence={"shared_with": whom},
    )
