"""Whatever a rule would judge, the filters let through.

Moto says what event patterns let through, and an evaluator of ours, what filter patterns of logs do.
"""

from __future__ import annotations

import gzip
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import log_patterns
import pytest
from event_patterns import lets_through, problems
from generated import DETAIL_TYPES, eventbridge_event, judged, listener, match_and_event, matches
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from trailguard import Engine, Match
from trailguard.filters.cloudwatch_logs import MAX_CHARACTERS, filter_patterns
from trailguard.filters.deployed.cloudwatch_logs import filter_pattern_gaps
from trailguard.filters.deployed.eventbridge import event_pattern_gaps
from trailguard.filters.eventbridge import event_patterns
from trailguard.record import Record
from trailguard.rules import BUILTIN_RULES
from trailguard.settings import Settings
from trailguard.testing import cloudtrail_event, root

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailguard import Rule

REAL = Path(__file__).parents[3] / "shared" / "data" / "cloudtrail"


class Filters:
    """The filters that are compiled of rules."""

    def __init__(self, rules: Iterable[Rule], max_filters: int = 2, settings: Settings | None = None) -> None:
        listeners = Engine(rules, settings).listeners
        self._patterns = event_patterns(listeners)
        self._logs = [log_patterns.parse(text) for text in filter_patterns(listeners, max_filters).patterns]

    def of_events(self, record: dict[str, Any]) -> bool:
        """Tell whether a record comes through EventBridge, whatever type of event it is there."""
        wrapped = [eventbridge_event(record, detail_type) for detail_type in DETAIL_TYPES]
        return all(any(lets_through(pattern, event) for pattern in self._patterns) for event in wrapped)

    def of_logs(self, record: dict[str, Any]) -> bool:
        return any(pattern.matches(record) for pattern in self._logs)


@settings(max_examples=200)
@given(st.data())
def test_what_generated_rules_judge_comes_through(data: st.DataObject) -> None:
    match, record = data.draw(match_and_event())
    others = data.draw(st.lists(matches(), max_size=4))
    rules = [listener(one, rule_id=f"rule-{n}") for n, one in enumerate([match, *others])]
    if judged(rules, record):
        filters = Filters(rules, data.draw(st.sampled_from((1, 2))))
        assert filters.of_events(record)
        assert filters.of_logs(record)


@settings(max_examples=100)
@given(st.lists(matches(), min_size=1, max_size=6))
def test_filters_of_generated_rules_are_ones_that_aws_takes(some: list[Match]) -> None:
    listeners = Engine([listener(*some)]).listeners
    assert [problems(pattern) for pattern in event_patterns(listeners) if problems(pattern)] == []
    for text in filter_patterns(listeners).patterns:
        assert len(text) <= MAX_CHARACTERS
        assert log_patterns.parse(text).parenthesised


@settings(max_examples=100)
@given(st.lists(matches(), min_size=1, max_size=6))
def test_what_was_compiled_is_wide_enough_when_checked(some: list[Match]) -> None:
    assume(not any("*" in one for match in some for one in match.identity))  # checks take it for a wildcard
    listeners = Engine([listener(*some)]).listeners
    assert event_pattern_gaps(listeners, json.dumps(event_patterns(listeners)), "a file") == []
    assert filter_pattern_gaps(listeners, json.dumps(filter_patterns(listeners).patterns), "a file") == []


@settings(max_examples=100)
@given(st.data())
def test_a_check_that_finds_nothing_is_right(data: st.DataObject) -> None:
    """Of other filters than those compiled of these rules, too: what it takes for wide enough, is."""
    match, record = data.draw(match_and_event())
    listeners = Engine([listener(match)]).listeners
    others = Engine([listener(*data.draw(st.lists(matches(), min_size=1, max_size=4)))]).listeners
    assume(record["eventSource"].endswith(".amazonaws.com") and judged([listener(match)], record))
    patterns, texts = event_patterns(others), filter_patterns(others).patterns
    if not event_pattern_gaps(listeners, json.dumps(patterns), "a file"):
        assert any(lets_through(pattern, eventbridge_event(record)) for pattern in patterns)
    if not filter_pattern_gaps(listeners, json.dumps(texts), "a file"):
        assert any(log_patterns.parse(text).matches(record) for text in texts)


STRICT = Settings(rule_sets=("strict",))


@cache
def all_filters() -> tuple[Filters, ...]:
    return tuple(Filters(BUILTIN_RULES, n, STRICT) for n in (1, 2))


def named(rule: Rule) -> Iterator[dict[str, Any]]:
    """Make an event of each name that a rule listens to, with a date after it and without."""
    for match in rule.matches():
        for pattern in match.on if match.kind == "event" else ():
            action = "iam:CreateUser" if pattern == "*:*" else pattern
            error = match.error[0].replace("*", "") if match.error else None
            if match.outcome == "failure" and error is None:
                error = "ValidationException"
            raw = cloudtrail_event(
                action, actor=root() if match.identity == ("Root",) else None, error=error
            ).raw
            for name in (raw["eventName"], f"{raw['eventName']}20150331v2"):
                yield {**raw, "eventName": name}


@pytest.mark.parametrize("rule", BUILTIN_RULES, ids=lambda rule: rule.id)
def test_what_a_built_in_rule_listens_to_comes_through(rule: Rule) -> None:
    """By the filters of this rule alone, and by those of all."""
    engine = Engine([rule], only=[rule.id])
    if not any(named(rule)):
        pytest.skip("it is about configuration items, or listens to nothing unless it is told to")
    compiled = [*(Filters([rule], n, STRICT) for n in (1, 2)), *all_filters()]
    for record in named(rule):
        assert judged_by(engine, record)
        assert all(filters.of_events(record) and filters.of_logs(record) for filters in compiled)


@cache
def real() -> list[dict[str, Any]]:
    files = sorted(REAL.glob("*.gz"))
    if not files:
        pytest.skip(f"no real CloudTrail records beside the checkout: {REAL.name}")
    return [one for file in files for one in json.loads(gzip.decompress(file.read_bytes()))["Records"]]


def judged_by(engine: Engine, record: dict[str, Any]) -> bool:
    return engine.judge(Record(json.dumps(record).encode())).fate == "judged"


def test_what_built_in_rules_judge_of_real_records_comes_through() -> None:
    """And of the rest, little. Event patterns know the outcome of calls, filter patterns of logs do not."""
    engine, filters = Engine(BUILTIN_RULES), Filters(BUILTIN_RULES)
    listened = [record for record in real() if judged_by(engine, record)]
    by_events = [record for record in real() if filters.of_events(record)]
    by_logs = [record for record in real() if filters.of_logs(record)]
    assert all(record in by_logs for record in listened)
    assert by_events == listened
    assert len(by_logs) < 3 * len(listened) < len(real()) / 2
