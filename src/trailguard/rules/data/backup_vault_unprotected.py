"""A vault of backups was deleted, or lost what protects it."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules.data._spelling import named
from trailguard.verdict import Severity, Violation

_NAMES = ("backupvaultname", "legalholdid", "vaultname")


@rule(
    on=[
        "backup:DeleteBackupVault",
        "backup:DeleteBackupVaultLockConfiguration",
        "backup:DeleteBackupVaultAccessPolicy",
        "backup:CancelLegalHold",
        "glacier:DeleteVault",
        "glacier:AbortVaultLock",
    ],
    severity=Severity.MEDIUM,
    title="Backup vault deleted or unprotected",
    references=[
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html",
        "https://docs.aws.amazon.com/aws-backup/latest/devguide/deleting-a-vault.html",
    ],
    tags=["mitre:T1490"],
)
def backup_vault_unprotected(event: CloudTrailEvent) -> Violation:
    """Somebody deleted a vault of backups, its lock or its policy, or cancelled a legal hold.

    A lock says how long backups are kept whatever anybody wants, and the policy of a vault is often what
    forbids to delete them. Without, they can be deleted like anything else: what somebody does who wants to
    be paid for the data.

    Known false positives: vaults that were made for tests and are empty; except those who look after backups
    by ``actor``. Not seen: a lock or a policy that is replaced by a weaker one.
    """
    vault = named(event, _NAMES)
    return Violation(
        f"{event.actor} called {event.action} for {vault or 'one that is not named'}", resource=vault
    )
