"""A security service looks at an account no more, or takes orders from no central one."""

from __future__ import annotations

from collections.abc import Iterator

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import texts
from trailguard.rules.logging._names import spelled
from trailguard.verdict import Severity, Violation

_ACCOUNTS = ("accountIds", "accountId", "adminAccountId", "delegatedAdminAccountId", "id")


@rule(
    on=[
        "guardduty:DisassociateFromAdministratorAccount",
        "guardduty:DisassociateFromMasterAccount",
        "guardduty:DisassociateMembers",
        "guardduty:DeleteMembers",
        "guardduty:StopMonitoringMembers",
        "guardduty:DisableOrganizationAdminAccount",
        "securityhub:DisassociateFromAdministratorAccount",
        "securityhub:DisassociateFromMasterAccount",
        "securityhub:DisassociateMembers",
        "securityhub:DeleteMembers",
        "securityhub:DisableOrganizationAdminAccount",
        "macie2:DisassociateFromAdministratorAccount",
        "macie2:DisassociateFromMasterAccount",
        "macie2:DisassociateMember",
        "macie2:DeleteMember",
        "macie2:DisableOrganizationAdminAccount",
        "inspector2:DisassociateMember",
        "inspector2:DisableDelegatedAdminAccount",
        "detective:DeleteMembers",
        "detective:DisassociateMembership",
        "detective:DisableOrganizationAdminAccount",
        "cloudtrail:DeregisterOrganizationDelegatedAdmin",
        "securitylake:DeregisterDataLakeDelegatedAdministrator",
        "auditmanager:DeregisterOrganizationAdminAccount",
    ],
    severity=Severity.MEDIUM,
    title="Account taken out of a security service",
    references=[
        "https://docs.aws.amazon.com/guardduty/latest/APIReference/API_StopMonitoringMembers.html",
        "https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_DisassociateMembers.html",
    ],
    tags=["mitre:T1562.001"],
)
def security_member_removed(event: CloudTrailEvent, params: Callers) -> Iterator[Violation]:
    """Somebody took an account out of the view of a security service, or the service from its administrator.

    What GuardDuty, Security Hub, Macie and the like find there reaches the central team no more, and whoever
    has the account may turn them off. It is high for GuardDuty.

    Known false positives: accounts that leave an organization, or are closed; except who does that by
    ``actor``, or the accounts by ``resource``.
    """
    if not params.count(event):
        return
    accounts = [account for name in _ACCOUNTS for account in texts(spelled(event.request_parameters, name))]
    for account in accounts or [event.account_id]:
        yield Violation(
            f"{event.actor} called {event.action} on the account {account or '(not named)'}",
            resource=account,
            severity=Severity.HIGH if event.service == "guardduty" else None,
        )
