"""Rules about who may do what: users, roles, policies, keys, sign-ins and federation."""

from trailguard._rule import Rule
from trailguard.rules.identity.role_open_to_anyone import role_open_to_anyone
from trailguard.rules.identity.role_trusts_anyone import role_trusts_anyone

__all__ = ["IDENTITY_RULES"]

IDENTITY_RULES: tuple[Rule, ...] = (
    role_open_to_anyone,
    role_trusts_anyone,
)
