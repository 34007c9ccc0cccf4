from typing import Any

import pytest

from service_calls import assert_services_do_not_count
from trailguard import CloudTrailEvent, Violation
from trailguard.rules.data.backup_copied_to_another_account import backup_copied_to_another_account
from trailguard.testing import assert_complies, assert_violates, cloudtrail_event

OTHER = "444455556666"
POINT = "arn:aws:ec2:us-east-1::snapshot/snap-0a1bEXAMPLE"


def vault(account: str) -> str:
    return f"arn:aws:backup:us-east-1:{account}:backup-vault:Default"


def copy(account: str = OTHER) -> dict[str, Any]:
    return {"recoveryPointArn": POINT, "destinationBackupVaultArn": vault(account)}


def plan(*accounts: str) -> CloudTrailEvent:
    copies = [{"destinationBackupVaultArn": vault(account)} for account in accounts]
    rules = [{"ruleName": "hourly"}, {"ruleName": "daily", "copyActions": copies}]
    return cloudtrail_event(
        "backup:UpdateBackupPlan", request={"backupPlanId": "all", "backupPlan": {"rules": rules}}
    )


COPIED = cloudtrail_event("backup:StartCopyJob", request=copy())
PLAN = plan("111122223333", OTHER)


@pytest.mark.parametrize(("event", "named"), [(COPIED, POINT), (PLAN, "all")])
def test_says_to_whom(event: CloudTrailEvent, named: str) -> None:
    assert backup_copied_to_another_account(event) == [
        Violation(
            f"user alice had {named} copied to a vault of {OTHER}",
            resource=named,
            evidence={"accounts": [OTHER]},
        )
    ]


def test_trusted_accounts_may_have_them() -> None:
    assert_violates(backup_copied_to_another_account, PLAN)
    assert_complies(backup_copied_to_another_account, PLAN, params={"trusted_accounts": [OTHER]})


@pytest.mark.parametrize(
    "event",
    [
        cloudtrail_event("backup:StartCopyJob", request=copy("111122223333")),
        cloudtrail_event("backup:StartCopyJob", request={"destinationBackupVaultArn": "Default"}),
        cloudtrail_event("backup:StartCopyJob"),
        cloudtrail_event("backup:StartCopyJob", request=copy(), error="AccessDeniedException"),
        plan("111122223333"),
        plan(),
        cloudtrail_event("backup:CreateBackupPlan", request={"backupPlan": {"rules": "daily"}}),
    ],
)
def test_near_misses(event: CloudTrailEvent) -> None:
    assert_complies(backup_copied_to_another_account, event)


def test_services_count_where_somebody_says_so() -> None:
    assert_services_do_not_count(
        backup_copied_to_another_account, cloudtrail_event("backup:StartCopyJob", request=copy())
    )
