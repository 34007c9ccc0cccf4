"""Writes the part of docs/rules.md that comes from the rules themselves: ``python tests/catalogue.py``."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from rule_samples import fires, samples
from trailguard.catalogue import page_of
from trailguard.rules import BUILTIN_RULES
from trailguard.verdict import Severity

if TYPE_CHECKING:
    from trailguard import Rule

__all__ = ["PAGE", "catalogue"]

PAGE = Path(__file__).parent.parent / "docs" / "rules.md"
_MARK = "<!-- From here on: python tests/catalogue.py -->\n"


def catalogue() -> str:
    """Return all of docs/rules.md: its head as it is, and what rules say of themselves."""
    head = PAGE.read_text("utf-8").partition(_MARK)[0]
    by_folder = sorted(BUILTIN_RULES, key=lambda rule: (_folder(rule), rule.id))
    sections = [
        f"## {folder}\n\n" + "\n".join(page_of(rule).markdown(_example(rule)) for rule in rules)
        for folder, rules in groupby(by_folder, key=_folder)
    ]
    return f"{head}{_MARK}\n{_counts()}\n\n" + "\n".join(sections)


def _folder(rule: Rule) -> str:
    return rule.module.split(".")[2]


def _counts() -> str:
    default = [rule for rule in BUILTIN_RULES if "strict" not in rule.tags]
    of_severity = [
        f"{sum(rule.severity is severity for rule in default)} {severity.value}"
        for severity in sorted(Severity, reverse=True)
    ]
    return (
        f"{len(BUILTIN_RULES)} rules, {len(default)} of them in the set `default`: {', '.join(of_severity)}."
    )


def _example(rule: Rule) -> str:
    """Return a reason that the rule gives to the first event of its own tests that it reports."""
    for name, event in samples(rule).items():
        if fires(rule, name) and (found := rule(event)):
            severity = found[0].severity or rule.severity
            return f"{found[0].reason} ({severity.value})"
    raise AssertionError(f"no sample of {rule.id} violates it")


if __name__ == "__main__":
    PAGE.write_text(catalogue(), "utf-8")
