"""The rules that come with trailguard: one a file, a folder for each of what they protect.

Rules about calls are called for what was done (``opened``, ``attached``), rules about configuration items for
what is (``is``, ``has``, ``lets``).
"""

from trailguard._rule import Rule
from trailguard.rules.account import ACCOUNT_RULES
from trailguard.rules.compute import COMPUTE_RULES
from trailguard.rules.data import DATA_RULES
from trailguard.rules.identity import IDENTITY_RULES
from trailguard.rules.logging import LOGGING_RULES
from trailguard.rules.network import NETWORK_RULES

__all__ = ["BUILTIN_RULES"]

BUILTIN_RULES: tuple[Rule, ...] = tuple(
    sorted(
        (
            *ACCOUNT_RULES,
            *COMPUTE_RULES,
            *DATA_RULES,
            *IDENTITY_RULES,
            *LOGGING_RULES,
            *NETWORK_RULES,
        ),
        key=lambda rule: rule.id,
    )
)
