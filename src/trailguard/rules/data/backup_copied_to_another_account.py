"""Backups are copied to another account."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first, items, text
from trailguard.rules.data._sharing import Recipients, Shared
from trailguard.rules.data._spelling import named
from trailguard.verdict import Severity, Violation

_NAMES = ("recoverypointarn", "backupplanid")


@rule(
    on=["backup:StartCopyJob", "backup:CreateBackupPlan", "backup:UpdateBackupPlan"],
    severity=Severity.MEDIUM,
    title="Backups copied to another account",
    references=["https://docs.aws.amazon.com/aws-backup/latest/devguide/create-cross-account-backup.html"],
    tags=["mitre:T1537"],
)
def backup_copied_to_another_account(event: CloudTrailEvent, params: Recipients) -> Violation | None:
    """Somebody copied a backup to a vault of an account that is not trusted, or had a plan copy all of them.

    A backup is all of a database, disk or file system, and a plan sends a new one each day.

    Known false positives: an account that keeps the backups of all others, as it should be; name it in
    ``trusted_accounts``. Services' calls do not count unless ``service_calls`` says so.
    """
    request = event.request_parameters
    rules = items(first(request.get("backupPlan")).get("rules"))
    copies = [request, *(copy for one in rules for copy in items(one.get("copyActions")))]
    vaults = [text(copy.get("destinationBackupVaultArn")) or "" for copy in copies]
    # arn:aws:backup:us-east-1:444455556666:backup-vault:Default
    accounts = [vault.split(":")[4] for vault in vaults if vault.count(":") >= 5]
    whom = params.whom(Shared(accounts=accounts), event)
    if not whom:
        return None
    copied = named(event, _NAMES)
    return Violation(
        f"{event.actor} had {copied or 'backups'} copied to a vault of {', '.join(whom)}",
        resource=copied,
        evidence={"accounts": whom},
    )
