from __future__ import annotations

from itertools import product
from typing import Any

import log_patterns
import pytest
from generated import events, judged, listener, matches
from hypothesis import given
from hypothesis import strategies as st
from listening import record, to_calls, to_items, to_schedule

from trailguard import Match
from trailguard.filters.cloudwatch_logs import LogFilters, filter_patterns

VERBS = ("Create", "Delete", "Describe", "Get", "List", "Put", "Update", "Head", "Search", "Lookup", "Select")
NOUNS = ("Alarm", "Bucket", "Cluster", "Database", "Endpoint", "Function", "Gateway", "Host", "Image", "Key")
BY_FIRST_WORDS = "calls come through by the first words of their names, of all services"
MANY_VERBS = [f"{first}{second}a" for first in "ABCDEFGHIJ" for second in "uvwxyz"]
MANY = [f"Code{n}" for n in range(60)]


def comes_through(filters: LogFilters, event: dict[str, Any]) -> bool:
    return any(log_patterns.parse(text).matches(event) for text in filters.patterns)


def named(services: int, verbs: tuple[str, ...] = VERBS, **conditions: Any) -> Match:
    """Listen to ten calls of each verb, in each of so many services."""
    on = [f"service{n}:{verb}{noun}" for n in range(services) for verb, noun in product(verbs, NOUNS)]
    return Match(*on, **conditions)


@pytest.mark.parametrize(
    ("on", "hit", "near_miss"),
    [
        (Match("ec2:RunInstances"), record("ec2:RunInstances"), record("ec2:RunInstance")),
        (Match("ec2:RunInstances"), record("ec2:RunInstances20150331v2"), record("iam:RunInstances")),
        (Match("ec2:Run?nstances"), record("ec2:RunInstances"), record("ec2:StopInstances")),
        (Match("e*2:Run*"), record("ec2:RunInstances"), record("iam:RunInstances")),
        (Match("*:Run*"), record("ec2:RunInstances"), record("ec2:StopInstances")),
        (Match("ec2:Run", "iam:Get"), record("iam:Get"), record("iam:Run")),
        (Match("ec2:*", identity="Root"), record("ec2:A", userIdentity={"type": "Root"}), record("ec2:A")),
        (Match("ec2:*", error="*Denied"), record("ec2:A", errorCode="AccessDenied"), record("ec2:A")),
        (Match("ec2:*", error='a"b'), record("ec2:A", errorCode='a"b'), record("ec2:A", errorCode="b")),
        (Match("ec2:*", outcome="failure"), record("ec2:A", errorCode="x"), record("ec2:A", errorCode="")),
        (Match("ec2:*", read_only=True), record("ec2:A", readOnly="true"), record("ec2:A", readOnly=False)),
        (
            Match("signin:*", outcome="failure"),
            record("signin:ConsoleLogin", responseElements={"ConsoleLogin": "Failure"}),
            record("signin:ConsoleLogin", responseElements={"ConsoleLogin": "Success"}),
        ),
    ],
)
def test_records_come_through(on: Match, hit: dict[str, Any], near_miss: dict[str, Any]) -> None:
    filters = filter_patterns(to_calls(on))

    assert filters.widened == ()
    assert comes_through(filters, hit)
    assert not comes_through(filters, near_miss)


def test_outcomes_are_left_to_the_rules() -> None:
    assert comes_through(
        filter_patterns(to_calls("ec2:RunInstances")), record("ec2:RunInstances", errorCode="x")
    )


@pytest.mark.parametrize("max_filters", [1, 2, 5])
@pytest.mark.parametrize(
    "on",
    [
        named(1),
        named(3, outcome="any"),
        named(20),
        named(100),
        named(30, VERBS[:3]),
        named(100, VERBS[:3]),
        named(100, VERBS[:3], read_only=False),
        named(3, error=["AccessDenied", "*Unauthorized*"], identity="Root"),
        Match(*[f"ec2:CreateGateway{n}" for n in range(100, 600)]),
    ],
    ids=lambda on: f"{len(on.on)} names" if isinstance(on, Match) else None,
)
def test_what_is_listened_to_comes_through_however_wide(on: Match, max_filters: int) -> None:
    filters = filter_patterns(to_calls(on, "kms:Encrypt"), max_filters)
    fields: dict[str, Any] = {"readOnly": on.read_only, "userIdentity": {"type": "Root"}}
    fields |= {"errorCode": "Client.UnauthorizedOperation"} if on.error else {}

    assert len(filters.patterns) <= max_filters
    assert all(log_patterns.parse(text).parenthesised for text in filters.patterns)
    assert all(comes_through(filters, record(action, **fields)) for action in (*on.on[::7], on.on[-1]))
    assert comes_through(filters, record("kms:Encrypt"))


@pytest.mark.parametrize(
    ("on", "told", "hit", "near_miss"),
    [
        (
            named(3, ("Create",)),
            ["service0: 10 names became 1 beginning of names"],
            record("service0:CreateX"),
            record("service1:CreateX"),
        ),
        (
            named(3, ("Add", "Tag")),
            [f"service0, service1, service2: {BY_FIRST_WORDS}"],
            record("other:AddX"),
            record("service1:X"),
        ),
        (
            Match(*[f"ec2:{verb}{noun}" for verb in ("Get", "Tag", "Add", "Run") for noun in NOUNS]),
            ["ec2: 40 names became 13 beginnings of names"],
            record("ec2:TagX"),
            record("kms:TagX"),
        ),
        (
            Match(*[f"big:{verb}Alarm" for verb in MANY_VERBS], "sns:Publish", "sqs:SendMessage"),
            ["big: all events come through, as its 60 names do not fit"],
            record("big:X"),
            record("sns:X"),
        ),
        (
            named(3, ("Add", "Tag", "Describe")),
            [
                "service0: 10 names became 1 beginning of names",
                f"service0, service1, service2: {BY_FIRST_WORDS}",
            ],
            record("service0:DescribeX"),
            record("service1:DescribeX"),
        ),
        (
            named(5, ("Get",)),
            [f"service{n}: all events come through, as its 10 names do not fit" for n in (0, 1)],
            record("service1:X"),
            record("service2:GetX"),
        ),
        (
            Match(*named(20, ("Create",)).on, "kms:GetKey", "kms:PutKey"),
            [f"{', '.join(sorted(f'service{n}' for n in range(20)))}: {BY_FIRST_WORDS}"],
            record("kms:GetKey"),
            record("kms:GetParameters"),
        ),
        (
            named(100, VERBS[:5]),
            ["all events come through whose names do not begin with BatchGet, Head, Lookup, Search, Select"],
            record("other:X"),
            record("service0:HeadKey"),
        ),
        (
            named(100, VERBS[:1], read_only=False),
            ["all events come through that are no readings"],
            record("other:X", readOnly=False),
            record("service0:CreateKey", readOnly=True),
        ),
    ],
)
def test_what_does_not_fit_is_widened_no_further_than_it_has_to_be(
    on: Match, told: list[str], hit: dict[str, Any], near_miss: dict[str, Any]
) -> None:
    """And what is told of it is so."""
    filters = filter_patterns(to_calls(on), 1)

    assert list(filters.widened) == told
    assert comes_through(filters, hit)
    assert not comes_through(filters, near_miss)


def test_all_of_a_service_stays_apart_from_what_is_no_reading() -> None:
    filters = filter_patterns(to_calls("kms:*", named(100, VERBS[:1])), 1)

    assert comes_through(filters, record("kms:GetKeyPolicy"))
    assert not comes_through(filters, record("other:GetKeyPolicy"))


def test_everything_comes_through_at_last() -> None:
    """Where rules listen to all sorts of readings, so many that they do not fit."""
    filters = filter_patterns(to_calls(named(100), Match("other:BatchGetKey")))

    assert filters == LogFilters(('{($.eventName="*")}',), ("everything comes through",))
    assert filter_patterns(to_calls(named(100))).widened != filters.widened


@pytest.mark.parametrize(
    ("conditions", "told"),
    [
        ({"error": MANY}, "whatever the error is (60 do not fit)"),
        ({"identity": MANY}, "whoever the caller is (60 do not fit)"),
        (
            {"error": MANY, "identity": MANY},
            "whoever the caller is (60 do not fit) and whatever the error is (60 do not fit)",
        ),
    ],
)
def test_long_lists_of_conditions_are_left_out(conditions: dict[str, Any], told: str) -> None:
    """For one rule not everything of all the others has to come through."""
    filters = filter_patterns(to_calls(Match("ec2:*", **conditions), "kms:Encrypt"))

    assert filters.widened == (f"ec2:* comes through {told}",)
    assert comes_through(filters, record("ec2:A", errorCode="Code59", userIdentity={"type": "Code59"}))
    assert not comes_through(filters, record("iam:A", errorCode="Code59", userIdentity={"type": "Code59"}))
    assert filter_patterns(to_calls(Match("ec2:*", **conditions), named(100))).widened == (
        f"ec2:* comes through {told}",
        "all events come through whose names do not begin with BatchGet",
    )


@given(st.lists(matches(), min_size=1, max_size=4), events(), st.integers(1, 2))
def test_when_there_is_little_room(some: list[Match], event: dict[str, Any], max_filters: int) -> None:
    """With what a log group has no room for, all that any of the rules judges comes through."""
    filters = filter_patterns(to_calls(*some, named(6), named(6, outcome="any")), max_filters)

    if judged([listener(*some)], event):
        assert comes_through(filters, event)


def test_no_filter_where_no_rule_listens_to_calls() -> None:
    assert filter_patterns(to_items("AWS::EC2::VPC")) == filter_patterns(to_schedule()) == LogFilters(())
