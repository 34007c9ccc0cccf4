from __future__ import annotations

import pytest

from trailguard import CloudTrailEvent, Engine, Rule, Severity, rule
from trailguard.errors import NoRulesError, SettingsError
from trailguard.rule_sets import NAMED, members
from trailguard.rules import BUILTIN_RULES
from trailguard.settings import settings_from


def tagged(name: str, *tags: str) -> Rule:
    def check(event: CloudTrailEvent) -> str:  # noqa: ARG001  # whatever it is
        return "wrong"

    check.__name__ = name
    return rule(on="s3:*", severity=Severity.LOW, title="Wrong", tags=tags)(check)


PLAIN = tagged("plain")
NOISY = tagged("noisy", "strict", "acme:1")
CONTROL = tagged("control", "cis:4.1", "mitre:T1562.008")
NOISY_CONTROL = tagged("noisy_control", "cis:4.2", "strict")
RULES = (PLAIN, NOISY, CONTROL, NOISY_CONTROL)


def on(**settings: object) -> set[str]:
    """Return which of the rules are on."""
    return {one.id for one in Engine(RULES, settings_from(settings, "s.toml")).rules}


@pytest.mark.parametrize(
    ("sets", "expected"),
    [
        (["default"], {"plain", "control"}),
        (["cis"], {"control", "noisy-control"}),
        (["strict"], {"plain", "noisy", "control", "noisy-control"}),
        (["mitre:T1562.*"], {"control"}),
        (["acme:?"], {"noisy"}),
        (["default", "acme:1"], {"plain", "control", "noisy"}),
        (["cis", "cis:4.1"], {"control", "noisy-control"}),
    ],
)
def test_one_setting_switches_sets(sets: list[str], expected: set[str]) -> None:
    assert on(rule_sets=sets) == expected


def test_the_default_set_is_on_where_nobody_says() -> None:
    assert on() == {one.id for one in Engine(RULES).rules} == {"plain", "control"}


def test_a_rule_is_on_or_off_whatever_its_sets() -> None:
    chosen = {"noisy": {"enabled": True}, "plain": {"enabled": False}, "control": {"severity": "high"}}

    assert on(rules=chosen) == {"noisy", "control"}


def test_only_goes_over_sets() -> None:
    assert [one.id for one in Engine(RULES, only=["noisy"]).rules] == ["noisy"]


def test_a_set_that_there_is_not() -> None:
    """By a name nobody knows, no rule would be on, or some that were meant would be off."""
    with pytest.raises(SettingsError) as caught:
        on(rule_sets=["default", "ciss"])

    assert str(caught.value) == (
        "s.toml: rule_sets.1: no such set of rules, nor tag of a rule (did you mean 'cis'?)"
    )


def test_sets_that_are_empty() -> None:
    with pytest.raises(NoRulesError, match=r"turn every rule off \(rule_sets: none\)"):
        on(rule_sets=[])
    with pytest.raises(NoRulesError, match=r"\(rule_sets: default\)"):
        Engine([NOISY])


def test_a_named_set_may_be_empty() -> None:
    """No rule of a package needs a control of CIS; the built-in ones have some."""
    with pytest.raises(NoRulesError, match=r"\(rule_sets: cis\)"):
        Engine([PLAIN], settings_from({"rule_sets": ["cis"]}, "s.toml"))


def test_the_built_in_rules_have_every_monitoring_control_of_cis() -> None:
    """CIS AWS Foundations Benchmark, section 4."""
    tags = {tag for one in BUILTIN_RULES for tag in one.tags}

    assert {f"cis:4.{n}" for n in range(1, 17)} <= tags


def test_named_sets_are_nested() -> None:
    of = {name: members(name, BUILTIN_RULES) for name in NAMED}

    assert of["default"] < of["strict"]
    assert of["cis"] < of["strict"]
