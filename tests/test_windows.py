from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from trailguard import CloudTrailEvent, ConfigurationItem, Dedup, Severity, Threshold, Verdict, rule
from trailguard.errors import DefinitionError
from trailguard.models import Actor
from trailguard.verdict import Compliance

if TYPE_CHECKING:
    from collections.abc import Callable

FIELDS = ("account_id", "actor", "event_name", "region", "resource", "source_ip")
DAY = 86_400

each_window = pytest.mark.parametrize(
    "made", [lambda **given: Threshold(2, **given), Dedup], ids=["Threshold", "Dedup"]
)


def verdict(**changes: Any) -> Verdict:
    return Verdict(
        **{
            "id": "1",
            "rule_id": "rule",
            "compliance": Compliance.NON_COMPLIANT,
            "severity": Severity.HIGH,
            "title": "Title",
            "reason": "reason",
            "account_id": "111122223333",
            "region": "eu-west-1",
            "event_name": "ConsoleLogin",
            "actor": Actor(type="IAMUser", name="alice", arn="arn:aws:iam::111122223333:user/alice"),
            "source_ip": "198.51.100.7",
            "resource": "igw-0example",
            **changes,
        }
    )


# What may be declared


@each_window
@pytest.mark.parametrize(
    ("within", "seconds"),
    [("1s", 1), ("30s", 30), ("10m", 600), ("1h", 3_600), ("7d", 7 * DAY), ("30d", 30 * DAY), ("007m", 420)],
)
def test_times_are_read(made: Callable[..., Threshold | Dedup], within: str, seconds: int) -> None:
    assert made(within=within).seconds == seconds


@each_window
@pytest.mark.parametrize(
    "within",
    [
        *["", "10", "m", "0s", "-1m", "1.5h", "10 m", " 10m", "10m\n", "10M", "1w", "1h30m", "31d", "721h"],
        *["\N{FULLWIDTH DIGIT TWO}m", "9" * 5_000 + "s", 600, None, ["10m"]],
    ],
    ids=lambda within: ascii(within)[:20],
)
def test_other_times_are_errors(made: Callable[..., Threshold | Dedup], within: Any) -> None:
    """Not more than 30 days, no other digits than ours, and no part of it is left unread."""
    expected = r"within is .*; expected a time such as '30s', '10m', '1h' or '7d', up to 30d"

    with pytest.raises(ValueError, match=rf"(?s)^{expected}$"):
        made(within=within)


@each_window
@pytest.mark.parametrize("by", [*FIELDS, FIELDS, list(FIELDS), (), []], ids=str)
def test_fields_may_be_named(made: Callable[..., Threshold | Dedup], by: Any) -> None:
    assert made(within="1m", by=by).by == ((by,) if isinstance(by, str) else tuple(by))
    assert made(within="1m", by=iter([by] if isinstance(by, str) else by)) == made(within="1m", by=by)


@each_window
@pytest.mark.parametrize(
    ("by", "named"),
    [
        ("sourceIPAddress", "'sourceIPAddress'"),
        (["region", "id"], "'id'"),
        ("", "''"),
        (None, "None"),
        (5, "5"),
        ([["region"]], "['region']"),
        ("source_ip, region", "'source_ip, region'"),
    ],
    ids=str,
)
def test_other_fields_are_errors(made: Callable[..., Threshold | Dedup], by: Any, named: str) -> None:
    expected = f"by is {named}; it can be account_id, actor, event_name, region, resource, source_ip"

    with pytest.raises(ValueError, match=f"^{re.escape(expected)}$"):
        made(within="1m", by=by)


@each_window
def test_order_of_fields_does_not_matter(made: Callable[..., Threshold | Dedup]) -> None:
    """A set has another one in each process, and all of them count together."""
    named = {"source_ip", "region", "actor"}
    windows = [made(within="60s", by=by) for by in (named, sorted(named), sorted(named, reverse=True))]

    assert {one.by for one in windows} == {("actor", "region", "source_ip")}
    assert len({one.key(verdict(), 0) for one in windows}) == 1
    assert len(set(windows)) == 1


@pytest.mark.parametrize("count", [2, 1_000])
def test_counts_that_stores_can_keep(count: int) -> None:
    assert Threshold(count, within="1m").count == count


@pytest.mark.parametrize("count", [1, 0, -5, 1_001, 2.0, "5", None, True], ids=repr)
def test_other_counts_are_errors(count: Any) -> None:
    """From one on, a rule violates without a threshold."""
    with pytest.raises(ValueError, match=rf"^count is {count!r}; expected a number from 2 to 1,000$"):
        Threshold(count, within="1m")


@pytest.mark.parametrize(
    ("window", "text"),
    [
        (Threshold(5, within="10m", by="source_ip"), "10m by source_ip"),
        (Dedup(within="3600s", by=["resource", "account_id"]), "1h by account_id, resource"),
        (Dedup(within="90s"), "90s"),
        (Dedup(within="90m"), "90m"),
        (Dedup(within="24h"), "1d"),
    ],
    ids=str,
)
def test_window_is_said_as_people_say_it(window: Threshold | Dedup, text: str) -> None:
    assert str(window) == text


@pytest.mark.parametrize(
    ("distinct", "problem"),
    [
        ("user", "distinct is 'user'; it can be account_id, actor, event_name"),
        ("", "distinct is ''; it can be"),
        ("actor", "distinct is 'actor', which is the same for all that are counted together"),
    ],
)
def test_only_fields_that_may_differ_are_counted(distinct: str, problem: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(problem)}"):
        Threshold(2, within="1h", by=["actor", "source_ip"], distinct=distinct)


def test_what_is_counted_is_said_as_people_say_it() -> None:
    assert Threshold(5, within="1h").counted == "5 times"
    assert Threshold(5, within="1h", distinct="resource").counted == "5 different values of resource"


@pytest.mark.parametrize("field", FIELDS)
def test_values_are_members_and_events_are_not(field: str) -> None:
    """Of two events with one value one counts; without it too, which is no text."""
    threshold = Threshold(2, within="1h", distinct=field)
    changed = Actor(type="Root", name="root") if field == "actor" else "other"
    one, again = verdict(event_id="a"), verdict(event_id="b")
    nothing, text = (verdict(**{field: Actor() if field == "actor" else value}) for value in (None, "None"))

    assert threshold.member(one) == threshold.member(again)
    assert threshold.member(one) != threshold.member(verdict(**{field: changed}))
    assert field == "actor" or threshold.member(nothing) != threshold.member(text)


def test_events_are_members_without_it() -> None:
    threshold = Threshold(2, within="1h")

    assert threshold.member(verdict(event_id="a")) != threshold.member(verdict(event_id="b"))
    assert threshold.member(verdict(event_id="a")) == threshold.member(
        verdict(event_id="a", resource="other")
    )


def test_declarations_are_values() -> None:
    threshold = Threshold(5, within="10m", by="source_ip")

    assert threshold == Threshold(5, within="600s", by=["source_ip"])
    assert threshold != Threshold(6, within="10m", by="source_ip")
    assert Dedup(within="1h") != Dedup(within="1h", by="region")
    with pytest.raises(AttributeError):
        threshold.count = 1  # type: ignore[misc]  # this is what must not work


# In a rule


def test_rule_keeps_what_it_declares() -> None:
    threshold, dedup = Threshold(5, within="10m"), Dedup(within="1h")

    @rule(on="signin:ConsoleLogin", severity=Severity.LOW, title="x", threshold=threshold, dedup=dedup)
    def both(event: CloudTrailEvent) -> None: ...

    @rule(on="signin:ConsoleLogin", severity=Severity.LOW, title="x")
    def neither(event: CloudTrailEvent) -> None: ...

    assert (both.threshold, both.dedup) == (threshold, dedup)
    assert (neither.threshold, neither.dedup) == (None, None)


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"threshold": 5}, "threshold is 5; expected a Threshold"),
        ({"threshold": Dedup(within="1h")}, "expected a Threshold"),
        ({"dedup": "1h"}, "dedup is '1h'; expected a Dedup"),
        ({"dedup": Threshold(2, within="1h")}, "expected a Dedup"),
    ],
)
def test_what_is_no_declaration_is_an_error_that_names_the_rule(given: Any, problem: str) -> None:
    with pytest.raises(DefinitionError, match=rf"passwords_guessed.*{problem}"):

        @rule(on="signin:ConsoleLogin", severity=Severity.LOW, title="x", **given)
        def passwords_guessed(event: CloudTrailEvent) -> None: ...


def test_threshold_is_for_calls_alone() -> None:
    """How a resource is configured is no event that could be counted. To be told once is for all."""
    with pytest.raises(DefinitionError, match=r"wide_open: a threshold counts calls; this rule takes a Conf"):

        @rule(on="AWS::EC2::*", severity=Severity.LOW, title="x", threshold=Threshold(2, within="1m"))
        def wide_open(item: ConfigurationItem) -> None: ...

    @rule(on="AWS::EC2::*", severity=Severity.LOW, title="x", dedup=Dedup(within="1m"))
    def told_once(item: ConfigurationItem) -> None: ...


# What belongs together


@pytest.mark.parametrize("field", FIELDS)
def test_values_of_the_fields_have_to_be_the_same(field: str) -> None:
    others: dict[str, Any] = {name: f"another {name}" for name in FIELDS} | {"actor": Actor(name="bob")}
    by_field, by_none = Threshold(2, within="10m", by=field), Threshold(2, within="10m")
    same, other = verdict(id="2", reason="another"), verdict(**{field: others[field]})

    assert by_field.key(verdict(), 0) == by_field.key(same, 0)
    assert by_field.key(verdict(), 0) != by_field.key(other, 0)
    assert by_none.key(verdict(), 0) == by_none.key(other, 0)


@pytest.mark.parametrize("field", [name for name in FIELDS if name != "actor"])
def test_missing_values_are_the_same_and_no_text(field: str) -> None:
    """They do not take part in anybody's count but their own."""
    window = Dedup(within="10m", by=field)
    missing = window.key(verdict(**{field: None}), 0)

    assert missing == window.key(verdict(**{field: None}), 0)
    for text in ("None", "", "null"):
        assert missing != window.key(verdict(**{field: text}), 0)


def test_texts_cannot_be_made_to_look_like_others() -> None:
    """What an attacker writes into one field does not reach into the next."""
    window = Dedup(within="10m", by=["region", "resource"])

    assert window.key(verdict(region="a', 'b", resource="c"), 0) != window.key(
        verdict(region="a", resource="b', 'c"), 0
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Actor("IAMUser", "alice", account_id="111122223333"), Actor("IAMUser", "alice", account_id="4444")),
        (Actor("Root", "root", account_id="111122223333"), Actor("Root", "root", account_id="444455556666")),
        (Actor("IAMUser", "alice"), Actor("AssumedRole", "alice")),
        (Actor("IAMUser", "alice"), Actor("IAMUser", "bob")),
        (Actor("AssumedRole", "a", arn="arn:1"), Actor("AssumedRole", "a", arn="arn:2")),
    ],
    ids=["accounts", "roots", "types", "names", "arns"],
)
def test_actors_are_told_apart(one: Actor, other: Actor) -> None:
    """By their ARN; and where there is none, as for sign-ins that fail, by what is known of them."""
    window = Threshold(2, within="10m", by="actor")

    assert window.key(verdict(actor=one), 0) == window.key(verdict(actor=one), 0)
    assert window.key(verdict(actor=one), 0) != window.key(verdict(actor=other), 0)


def test_rules_are_told_apart() -> None:
    window = Dedup(within="10m")

    assert window.key(verdict(), 0) != window.key(verdict(rule_id="other"), 0)


@pytest.mark.parametrize(
    ("within", "first", "last"),
    [
        ("10m", 1_800, 2_399.999),
        ("1d", 20_000 * DAY, 20_001 * DAY - 0.001),
        ("1s", 5, 5.999),
        ("1h", -3_600, -0.001),
    ],
)
def test_windows_begin_at_multiples_of_their_length(within: str, first: float, last: float) -> None:
    window = Dedup(within=within)
    key = window.key(verdict(), first)

    assert key == window.key(verdict(), last)
    assert key != window.key(verdict(), first - 0.001)
    assert key != window.key(verdict(), last + 0.001)
