"""Rules about what is stored: buckets, databases, snapshots, backups, keys, secrets, queues and topics."""

from trailguard._rule import Rule
from trailguard.rules.data.bucket_is_public import bucket_is_public
from trailguard.rules.data.database_is_publicly_accessible import database_is_publicly_accessible
from trailguard.rules.data.database_snapshot_is_public import database_snapshot_is_public

__all__ = ["DATA_RULES"]

DATA_RULES: tuple[Rule, ...] = (
    bucket_is_public,
    database_is_publicly_accessible,
    database_snapshot_is_public,
)
