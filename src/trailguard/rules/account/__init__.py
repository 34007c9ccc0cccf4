"""Rules about the account and its organization: root, members, regions, contacts, domains, mail."""

from trailguard._rule import Rule

__all__ = ["ACCOUNT_RULES"]

ACCOUNT_RULES: tuple[Rule, ...] = ()
