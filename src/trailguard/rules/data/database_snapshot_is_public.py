"""A snapshot of a database is shared with all AWS accounts."""

from __future__ import annotations

from itertools import chain
from typing import Any

from trailguard._rule import rule
from trailguard.models.config import ConfigurationItem
from trailguard.rules._json import items
from trailguard.verdict import Severity, Violation

_ATTRIBUTES = {"dbsnapshotattributes", "dbclustersnapshotattributes"}


@rule(
    on=["AWS::RDS::DBSnapshot", "AWS::RDS::DBClusterSnapshot"],
    severity=Severity.HIGH,
    title="Database snapshot is shared with all AWS accounts",
    references=["https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ShareSnapshot.html"],
)
def database_snapshot_is_public(item: ConfigurationItem) -> Violation | None:
    """A snapshot of a database instance or cluster may be restored by every AWS account.

    Public snapshots are listed for all to see, and copied by those who search them for passwords and
    personal data: whoever restores one has the whole database, and no later change takes the copy back.

    Known false positives: sample data that is published on purpose. Not seen: snapshots shared with single
    accounts, and exports of snapshots to S3.
    """
    shared_with = _may_restore(item)
    if "all" not in shared_with:
        return None
    return Violation(
        "every AWS account may restore the snapshot",
        evidence={"snapshot_id": item.resource_id, "shared_with": shared_with},
    )


def _may_restore(item: ConfigurationItem) -> list[Any]:
    """Return who may restore a snapshot: ids of accounts, or ``all``.

    AWS Config spells such names in several ways: ``DBSnapshotAttributes``, ``dbsnapshotAttributes``.
    """
    found: list[Any] = []
    for key, held in chain(item.supplementary_configuration.items(), item.configuration.items()):
        for attribute in items(held) if key.lower() in _ATTRIBUTES else ():
            fields = {name.lower(): value for name, value in attribute.items()}
            values = fields.get("attributevalues")
            if fields.get("attributename") == "restore" and isinstance(values, list):
                found += values
    return found
