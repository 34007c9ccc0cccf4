import pytest

from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.backup_vault_unprotected import backup_vault_unprotected
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

DELETED = cloudtrail_event("backup:DeleteBackupVault", request={"backupVaultName": "prod"})
UNLOCKED = cloudtrail_event("backup:DeleteBackupVaultLockConfiguration", request={"backupVaultName": "prod"})
HOLD = cloudtrail_event("backup:CancelLegalHold", request={"legalHoldId": "prod"})


@pytest.mark.parametrize("event", [DELETED, UNLOCKED, HOLD])
def test_names_the_vault(event: CloudTrailEvent) -> None:
    assert backup_vault_unprotected(event) == [
        Violation(f"user alice called {event.action} for prod", resource="prod")
    ]


def test_what_it_was_may_not_be_said() -> None:
    assert_violates(
        backup_vault_unprotected,
        cloudtrail_event("glacier:DeleteVault"),
        reason="user alice called glacier:DeleteVault for one that is not named",
    )


def test_a_failed_call_did_nothing() -> None:
    assert_complies(
        backup_vault_unprotected,
        cloudtrail_event("backup:DeleteBackupVault", error="InvalidRequestException"),
    )
