"""Tells the author of a rule, offline, that it can never match or is declared badly.

The facts are those of botocore's service models, so that no account is needed. `docs/lint.md` has every code.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from trailguard.lint._finding import CODES, Finding, Remark
from trailguard.lint.checks import declaration, listening
from trailguard.lint.facts import aws_facts
from trailguard.lint.reading import reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailguard._rule import Rule

__all__ = ["CODES", "Finding", "lint"]


def lint(rules: Iterable[Rule]) -> list[Finding]:
    """Look for what is wrong with rules, as they are with the defaults of their parameters.

    Args:
        rules: the rules; two that bear one id are a finding.

    Returns:
        The findings, in the order of the rules, without those whose code a rule ignores. An ignored code
        that has nothing to say is a finding itself.
    """
    facts = aws_facts()
    by_id: dict[str, Rule] = {}
    findings: list[Finding] = []
    for rule in rules:
        remarks = [*listening(rule, facts), *reading(rule, facts), *declaration(rule)]
        if rule.id in by_id:
            remarks.append(_duplicate(rule, by_id[rule.id]))
        by_id.setdefault(rule.id, rule)
        place = f"{rule.module}:{inspect.unwrap(rule.check).__code__.co_firstlineno}"
        for code, problem, fix in _heeded(rule, remarks):
            findings.append(Finding(code, rule.id, problem, fix, place))
    return findings


def _duplicate(rule: Rule, first: Rule) -> Remark:
    told = f"the id {rule.id!r} is borne by a rule of {first.module} and by one of {rule.module}"
    return Remark("TG304", told, "rename one of the two functions")


def _heeded(rule: Rule, remarks: Iterable[Remark]) -> Iterator[Remark]:
    """Yield the remarks that a rule does not ignore, each once; and what it ignores in vain."""
    said = dict.fromkeys(remarks)
    yield from (remark for remark in said if remark.code not in rule.lint_ignore)
    for code in dict.fromkeys(rule.lint_ignore):
        if code not in CODES:
            yield Remark("TG305", f"lint_ignore names {code!r}, which is no code", "take it out")
        elif all(remark.code != code for remark in said):
            yield Remark("TG305", f"lint_ignore names {code}, which has nothing to say", "take it out")
