"""What holds for every built-in rule, beyond the contract that all rules keep (see pyproject.toml)."""

import copy
import json
import pkgutil
import re
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import trailguard.rules
from rule_samples import fires, samples
from trailguard import CloudTrailEvent, ConfigurationItem, Engine, Rule
from trailguard.record import Record
from trailguard.rules import BUILTIN_RULES
from trailguard.verdict import RuleFailure

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.sampled_from(
        ["0.0.0.0/0", "::/0", "*", "igw-1", "all", "AllUsers", "active", "false", '{"a": []}', "%7B"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)

each_rule = pytest.mark.parametrize("rule", BUILTIN_RULES, ids=lambda rule: rule.id)


def rule_modules() -> dict[str, Any]:
    """Import every module under the built-in rules that is no helper, by its dotted name."""
    found = pkgutil.walk_packages(trailguard.rules.__path__, "trailguard.rules.")
    public = [
        info.name for info in found if not info.ispkg and not info.name.rpartition(".")[2].startswith("_")
    ]
    return {name: import_module(name) for name in public}


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield all places in a JSON value, each as what holds it and its key there."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        yield value, key
        if isinstance(inner, dict | list):
            yield from places(inner)


ITEMS = [
    sample.raw
    for rule in BUILTIN_RULES
    if rule.model is ConfigurationItem
    for sample in samples(rule).values()
]
ENGINE = Engine(BUILTIN_RULES)


@each_rule
def test_samples_are_what_they_are_called(rule: Rule) -> None:
    events = samples(rule)

    assert events
    assert {name: bool(rule(event)) for name, event in events.items()} == {
        name: fires(rule, name) for name in events
    }


@given(st.data())
def test_no_retyping_of_an_item_makes_a_rule_raise(data: st.DataObject) -> None:
    """Whatever a few fields of an item are, in either spelling, no rule fails."""
    raw = copy.deepcopy(data.draw(st.sampled_from(ITEMS)))
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from(list(places(raw))))
        holder[key] = data.draw(JSON)
    if data.draw(st.booleans()):
        raw["configuration"] = json.dumps(raw.get("configuration"))

    judgement = ENGINE.judge(Record(json.dumps(raw).encode(), kind="configuration item"))

    assert [failure for failure in judgement.failures if isinstance(failure, RuleFailure)] == []


@each_rule
def test_says_what_it_is(rule: Rule) -> None:
    """A title, pages to read, and a docstring in three parts: what, why, and what it gets wrong."""
    assert rule.title
    assert rule.references
    assert all(url.startswith("https://docs.aws.amazon.com/") for url in rule.references)
    assert "\n\n" in rule.documentation.partition("Known false positives: ")[0]
    assert "Known false positives: " in rule.documentation


@each_rule
def test_lives_in_a_file_of_its_name(rule: Rule) -> None:
    assert rule.module.rpartition(".")[2] == rule.id.replace("-", "_")
    assert import_module(rule.module).__doc__


def test_every_rule_is_listed_once() -> None:
    """The written-out tuple and the folders agree."""
    defined = [
        value
        for name, module in rule_modules().items()
        for value in vars(module).values()
        if isinstance(value, Rule) and value.module == name
    ]

    assert Counter(rule.id for rule in BUILTIN_RULES) == Counter(rule.id for rule in defined)
    assert {rule.module for rule in BUILTIN_RULES} == set(rule_modules())


def test_the_list_is_sorted() -> None:
    ids = [rule.id for rule in BUILTIN_RULES]

    assert ids == sorted(set(ids))


@pytest.mark.parametrize(
    "rule", [rule for rule in BUILTIN_RULES if rule.parameters], ids=lambda rule: rule.id
)
def test_parameters_are_built_when_they_are_set(rule: Rule) -> None:
    """Without that, they are the same as if they were."""
    assert rule.parameters is not None
    assert rule.parameters.model_config.get("defer_build")
    assert rule.parameters.model_construct() == rule.parameters()


@each_rule
def test_reasons_of_calls_name_who_did_what_to_which_resource(rule: Rule) -> None:
    if rule.model is CloudTrailEvent:
        for event in samples(rule).values():
            for violation in rule(event):
                assert isinstance(event, CloudTrailEvent)
                assert str(event.actor) in violation.reason
                resource = violation.resource or ""
                named = resource in violation.reason or resource == event.actor.arn
                assert named or resource == event.account_id


@each_rule
def test_tags_are_of_the_kinds_that_there_are(rule: Rule) -> None:
    assert all(
        re.fullmatch(r"mitre:T\d{4}(\.\d{3})?|cis:[1-5](\.\d{1,2}){1,2}|strict", tag) for tag in rule.tags
    )
