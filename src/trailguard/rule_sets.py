"""Sets of rules that one setting switches on, by name or by tag."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from trailguard.match import glob

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailguard._rule import Rule

__all__ = ["DEFAULT", "NAMED", "STRICT", "members"]

DEFAULT: Final = "default"
STRICT: Final = "strict"

NAMED: Final = {
    DEFAULT: "every rule but those tagged strict",
    "cis": "the rules tagged with a control of the CIS AWS Foundations Benchmark",
    STRICT: "every rule",
}
"""The sets that have a name, each with what is in it. Any other name is a tag, with ``*`` and ``?``.

Rules tagged ``strict`` tell of ordinary changes, or listen to calls that are made by the thousand.
"""


def members(name: str, rules: Iterable[Rule]) -> set[str]:
    """Return the ids of the rules in a set.

    Args:
        name: one of `NAMED`, or a tag such as ``mitre:T1562.*``.
        rules: those that there are.
    """
    if name == DEFAULT:
        return {rule.id for rule in rules if STRICT not in rule.tags}
    if name == STRICT:
        return {rule.id for rule in rules}
    tag = glob("cis:*" if name == "cis" else name)
    return {rule.id for rule in rules if any(tag.fullmatch(one) for one in rule.tags)}
