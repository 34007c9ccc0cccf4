"""Acme's rules for trailguard. Every rule in a module of this package is one of them."""

import sys

from trailguard import Rule, hookimpl
from trailguard.plugins import rules_in

__all__ = ["trailguard_rules"]


@hookimpl
def trailguard_rules() -> tuple[Rule, ...]:
    """Return the rules; trailguard calls this."""
    return rules_in(sys.modules[__name__])
