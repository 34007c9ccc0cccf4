"""Rules about the account and its organization: root, members, regions, contacts, domains, mail."""

from trailguard._rule import Rule
from trailguard.rules.account.account_left_organization import account_left_organization
from trailguard.rules.account.account_removed import account_removed
from trailguard.rules.account.budget_deleted import budget_deleted
from trailguard.rules.account.capacity_bought import capacity_bought
from trailguard.rules.account.contacts_changed import contacts_changed
from trailguard.rules.account.delegated_administrator_registered import delegated_administrator_registered
from trailguard.rules.account.domain_taken_away import domain_taken_away
from trailguard.rules.account.email_enumerated import email_enumerated
from trailguard.rules.account.email_identity_created import email_identity_created
from trailguard.rules.account.email_sending_enabled import email_sending_enabled
from trailguard.rules.account.guardrail_removed import guardrail_removed
from trailguard.rules.account.invitation_accepted import invitation_accepted
from trailguard.rules.account.organization_changed import organization_changed
from trailguard.rules.account.quota_raised import quota_raised
from trailguard.rules.account.quotas_explored import quotas_explored
from trailguard.rules.account.region_enabled import region_enabled
from trailguard.rules.account.root_access_centralized import root_access_centralized
from trailguard.rules.account.text_messages_enabled import text_messages_enabled
from trailguard.rules.account.unused_region_used import unused_region_used

__all__ = ["ACCOUNT_RULES"]

ACCOUNT_RULES: tuple[Rule, ...] = (
    account_left_organization,
    account_removed,
    budget_deleted,
    capacity_bought,
    contacts_changed,
    delegated_administrator_registered,
    domain_taken_away,
    email_enumerated,
    email_identity_created,
    email_sending_enabled,
    guardrail_removed,
    invitation_accepted,
    organization_changed,
    quota_raised,
    quotas_explored,
    region_enabled,
    root_access_centralized,
    text_messages_enabled,
    unused_region_used,
)
