"""Rules as the settings have them: which are on, by which parameters they listen, how bad they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from pydantic import BaseModel, ValidationError

from trailguard._rule import defaults_of
from trailguard.errors import DuplicateRuleError, NoRulesError, SettingsError, did_you_mean
from trailguard.rule_sets import NAMED, members

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from trailguard._rule import Rule
    from trailguard.match import Match
    from trailguard.settings import Settings
    from trailguard.verdict import Severity

__all__ = ["Listener", "listeners", "misnamed_sets", "switched_on"]


class Listener(msgspec.Struct, frozen=True):
    """A rule as the settings have it.

    Attributes:
        rule: the rule.
        params: its parameters, if it takes any.
        matches: what it listens to by them.
        severity: what the settings say, which wins over the rule and its violations; None if they don't.
    """

    rule: Rule
    params: BaseModel | None
    matches: tuple[Match, ...]
    severity: Severity | None


def listeners(
    rules: Iterable[Rule], settings: Settings, only: Iterable[str] | None = None
) -> tuple[Listener, ...]:
    """Put rules and settings together; sorted by id, for the same order everywhere.

    Args:
        rules: all there are.
        settings: which of them are on, with which parameters and severities.
        only: these rules alone, by id, whether the settings have them on or not.

    Raises:
        NoRulesError: when no rule is left.
        DuplicateRuleError: when two rules bear one id.
        SettingsError: when an unknown rule or parameter is named, or a parameter's value is wrong.
    """
    by_id = _by_id(rules)
    for rule_id in settings.rules:
        key = f"rules.{rule_id}"
        _require(rule_id, by_id, settings.source_of(key), key)
    if only is None:
        chosen = switched_on(by_id.values(), settings)
    else:
        chosen = set(only)
        for rule_id in chosen:
            _require(rule_id, by_id, "the chosen rules", rule_id)
    if not chosen:
        raise NoRulesError(_nothing_on(by_id, settings))
    return tuple(_listener(by_id[rule_id], settings) for rule_id in sorted(chosen))


def misnamed_sets(settings: Settings, rules: Collection[Rule]) -> Iterator[SettingsError]:
    """Yield which of the chosen sets of rules there are not: no name, and no tag of any rule.

    Args:
        settings: the settings.
        rules: all there are.
    """
    known = [*NAMED, *sorted({tag for rule in rules for tag in rule.tags})]
    for n, name in enumerate(settings.rule_sets):
        if rules and name not in NAMED and not members(name, rules):
            key, hint = f"rule_sets.{n}", did_you_mean(name, known)
            yield SettingsError(
                settings.source_of(key), key, f"no such set of rules, nor tag of a rule{hint}"
            )


def switched_on(rules: Collection[Rule], settings: Settings) -> set[str]:
    """Return the ids of the rules that are in the chosen sets, or switched on by themselves; and not off.

    Args:
        rules: all there are.
        settings: the settings.

    Raises:
        SettingsError: when there is no such set.
    """
    for error in misnamed_sets(settings, rules):
        raise error
    in_sets = {rule_id for name in settings.rule_sets for rule_id in members(name, rules)}
    said = {rule.id: settings.of_rule(rule.id).enabled for rule in rules}
    return {
        rule_id for rule_id, enabled in said.items() if (rule_id in in_sets if enabled is None else enabled)
    }


def _nothing_on(by_id: dict[str, Rule], settings: Settings) -> str:
    if not by_id:
        return "no rules were given"
    sets = ", ".join(settings.rule_sets) or "none"
    return f"the settings turn every rule off (rule_sets: {sets})"


def _by_id(rules: Iterable[Rule]) -> dict[str, Rule]:
    by_id: dict[str, Rule] = {}
    for rule in rules:
        if rule.id in by_id:
            raise DuplicateRuleError(rule.module, rule.id, by_id[rule.id].module)
        by_id[rule.id] = rule
    return by_id


def _require(rule_id: str, by_id: dict[str, Rule], source: str, key: str) -> None:
    if rule_id not in by_id:
        raise SettingsError(source, key, f"no such rule{did_you_mean(rule_id, by_id)}")


def _listener(rule: Rule, settings: Settings) -> Listener:
    chosen = settings.of_rule(rule.id)
    params = _params(rule, settings)
    try:
        matches = rule.matches(params)
    except Exception as error:
        key = f"rules.{rule.id}.parameters"
        raise SettingsError(
            settings.source_of(key), key, f"the rule cannot listen by them: {error}"
        ) from error
    return Listener(rule, params, matches, chosen.severity)


def _params(rule: Rule, settings: Settings) -> BaseModel | None:
    """Check a rule's parameters as the settings give them."""
    key = f"rules.{rule.id}.parameters"
    chosen = settings.of_rule(rule.id)
    if rule.parameters is None:
        if chosen.parameters:
            raise SettingsError(settings.source_of(key), key, "the rule takes no parameters")
        return None
    if not chosen.parameters:
        return defaults_of(rule.parameters)
    known = rule.parameters.model_fields
    for name in chosen.parameters:
        if name not in known:
            place = f"{key}.{name}"
            hint = did_you_mean(name, known)
            raise SettingsError(settings.source_of(place), place, f"no such parameter{hint}")
    try:
        return rule.parameters.model_validate(chosen.parameters)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join([key, *map(str, first["loc"])])
        given = type(first["input"]).__name__
        raise SettingsError(
            settings.source_of(place), place, f"{first['msg']}; it is of type {given}"
        ) from None
