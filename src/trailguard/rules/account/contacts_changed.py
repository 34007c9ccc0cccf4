"""Whom AWS writes to about the account was changed."""

from __future__ import annotations

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._callers import Callers
from trailguard.rules._json import first_text
from trailguard.verdict import Severity, Violation


@rule(
    on=[
        "account:PutAlternateContact",
        "account:DeleteAlternateContact",
        "account:PutContactInformation",
        "account:StartPrimaryEmailUpdate",
        "account:AcceptPrimaryEmailUpdate",
    ],
    severity=Severity.MEDIUM,
    title="Contacts of the account changed",
    references=["https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-update-contact.html"],
    tags=["mitre:T1098"],
)
def contacts_changed(event: CloudTrailEvent, params: Callers) -> Violation | None:
    """Somebody changed the contacts of an account, or the address of its root user.

    AWS writes to the security contact about abuse and leaked keys; whoever has root's mail can set root's
    password.

    Known false positives: changes of staff, and account factories that set contacts for new accounts;
    except these by ``actor``.
    """
    if not params.count(event):
        return None
    named = first_text(
        event.request_parameters.get("AlternateContactType"),
        event.request_parameters.get("alternateContactType"),
        event.request_parameters.get("AccountId"),
        event.request_parameters.get("accountId"),
    )
    return Violation(
        f"{event.actor} called {event.action} for {named or 'a contact that is not named'}", resource=named
    )
