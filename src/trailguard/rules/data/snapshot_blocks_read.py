"""What is in a snapshot was read block by block."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation
from trailguard.windows import Dedup


@rule(
    on=["ebs:GetSnapshotBlock", "ebs:ListSnapshotBlocks", "ebs:ListChangedBlocks"],
    severity=Severity.LOW,
    title="Blocks of a snapshot read",
    references=["https://docs.aws.amazon.com/ebs/latest/userguide/ebs-accessing-snapshot.html"],
    tags=["mitre:T1530", "mitre:T1537", "strict"],
    dedup=Dedup(within="1d", by=["account_id", "actor", "resource"]),
)
def snapshot_blocks_read(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody read the data of a snapshot by EBS direct APIs, without a volume or an instance.

    So a disk can be downloaded with nothing but a key: no machine is launched and nothing is shared.

    Known false positives: backup products of other companies, which work like that; except them by
    ``actor``. Not seen where trails do not record data events of EBS direct APIs. One verdict a day for a
    caller and a snapshot.
    """
    if not params.count(event):
        return None
    request = event.request_parameters
    snapshot = first_text(request.get("snapshotId"), request.get("secondSnapshotId"))
    return Violation(
        f"{event.actor} read blocks of the snapshot {snapshot or '(not named)'}", resource=snapshot
    )
