"""A snapshot of a database was shared with everybody, or with another account."""

from __future__ import annotations

from typing import Any

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import texts
from trailguard.rules.data._backups import BACKUP_NAMES
from trailguard.rules.data._sharing import EVERYBODY, Recipients, Shared
from trailguard.rules.data._spelling import fields, named
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "rds:ModifyDBSnapshotAttribute",
        "rds:ModifyDBClusterSnapshotAttribute",
        "redshift:AuthorizeSnapshotAccess",
    ],
    severity=Severity.HIGH,
    title="Snapshot of a database shared",
    references=[
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html",
        "https://docs.aws.amazon.com/redshift/latest/APIReference/API_AuthorizeSnapshotAccess.html",
    ],
    tags=["mitre:T1537"],
)
def database_snapshot_shared(event: CloudTrailEvent, params: Recipients) -> Violation | None:
    """Somebody let every AWS account, or one that is not trusted, restore a snapshot of a database.

    Whoever restores it has the whole database, under a password of their own. Public snapshots are listed
    for all to see, and searched for personal data. What is restored elsewhere stays there after the snapshot
    is taken back.

    Known false positives: backups and test data that go to an account of the same owner; name it in
    ``trusted_accounts``. Services that share with accounts do not count unless ``service_calls`` says so;
    sharing with everybody counts whoever does it.
    """
    whom = params.whom(_shared(fields(event.request_parameters)), event)
    if not whom:
        return None
    snapshot = named(event, BACKUP_NAMES)
    return Violation(
        f"{event.actor} shared the database snapshot {snapshot or '(not named)'} with {', '.join(whom)}",
        resource=snapshot,
        severity=Severity.CRITICAL if EVERYBODY in whom else Severity.HIGH,
        evidence={"shared_with": whom},
    )


def _shared(request: dict[str, Any]) -> Shared:
    """Read whom a snapshot is shared with; accounts are numbers, and ``amazon-redshift-support`` is AWS."""
    names = texts(request.get("accountwithrestoreaccess"))
    if request.get("attributename") == "restore":
        names += texts(request.get("valuestoadd"))
    return Shared("all" in names, [name for name in names if name.isdecimal()])
