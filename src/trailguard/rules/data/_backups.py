"""Which calls delete a copy that is there to come back to, and what they call it."""

from __future__ import annotations

__all__ = ["BACKUP_DELETIONS", "BACKUP_NAMES"]

BACKUP_DELETIONS = (
    "backup:DeleteRecoveryPoint",
    "backup:DisassociateRecoveryPoint",
    "docdb-elastic:DeleteClusterSnapshot",
    "dynamodb:DeleteBackup",
    "elasticache:DeleteServerlessCacheSnapshot",
    "elasticache:DeleteSnapshot",
    "fsx:DeleteBackup",
    "fsx:DeleteSnapshot",
    "memorydb:DeleteSnapshot",
    "rds:DeleteDBClusterAutomatedBackup",
    "rds:DeleteDBClusterSnapshot",
    "rds:DeleteDBInstanceAutomatedBackup",
    "rds:DeleteDBSnapshot",
    "redshift-serverless:DeleteSnapshot",
    "redshift:DeleteClusterSnapshot",
)
"""Of databases and file systems. Snapshots of volumes come and go by the dozen."""

BACKUP_NAMES = (
    "recoverypointarn",
    "dbsnapshotidentifier",
    "dbclustersnapshotidentifier",
    "dbinstanceautomatedbackupsarn",
    "dbiresourceid",
    "dbclusterresourceid",
    "snapshotidentifier",
    "snapshotarn",
    "snapshotname",
    "serverlesscachesnapshotname",
    "snapshotid",
    "backuparn",
    "backupid",
)
"""In lower case."""
