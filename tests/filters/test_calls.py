from __future__ import annotations

import pytest
from generated import matches
from hypothesis import given
from hypothesis import strategies as st
from listening import to_calls, to_items

from trailguard import Match
from trailguard.filters.calls import Call, calls, calls_by_rule, event_names, event_sources

USER = Match("iam:CreateUser")
FAILED = Match("iam:CreateUser", outcome="failure")


@pytest.mark.parametrize(
    ("on", "call"),
    [
        (USER, Call("iam", "CreateUser")),
        (Match("cloudwatch:PutMetricAlarm"), Call("monitoring", "PutMetricAlarm")),
        (Match("cloudwatc?:PutMetricAlarm"), Call("cloudwatc*", "PutMetricAlarm")),
        (Match("iam:Create?*"), Call("iam", "Create*")),
        (
            Match("iam:*", identity=["Root", "IAMUser", "Root"]),
            Call("iam", "*", identity=("IAMUser", "Root")),
        ),
        (Match("iam:*", error=["b", "a?"]), Call("iam", "*", "failure", error=("a*", "b"))),
        (Match("iam:*", error="a", outcome="any"), Call("iam", "*", "failure", error=("a",))),
        (Match("iam:*", error="*"), Call("iam", "*", "failure")),
        (Match("iam:*", error="*", outcome="any"), Call("iam", "*", "any")),
        (Match("iam:*", read_only=False), Call("iam", "*", read_only=False)),
    ],
)
def test_call_of_a_match(on: Match, call: Call) -> None:
    assert calls(to_calls(on)) == [call]


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        (Match("iam:Create*"), USER),
        (Match("i*:CreateUser"), USER),
        (Match("*:*"), Match("iam:Create*")),
        (Match("iam:CreateUser", outcome="any"), USER),
        (Match("iam:CreateUser", outcome="any"), FAILED),
        (FAILED, Match("iam:CreateUser", error="AccessDenied")),
        (Match("iam:*", error=["Access*", "x"]), Match("iam:*", error="AccessDenied")),
        (USER, Match("iam:CreateUser", identity="Root")),
        (Match("iam:*", identity=["Root", "IAMUser"]), Match("iam:*", identity="Root")),
        (USER, Match("iam:CreateUser", read_only=False)),
    ],
)
def test_what_another_call_covers_is_left_out(wide: Match, narrow: Match) -> None:
    """In whatever order; and not the other way round."""
    (kept,) = calls(to_calls(wide))

    assert calls(to_calls(wide, narrow)) == calls(to_calls(narrow, wide)) == [kept]
    assert not calls(to_calls(narrow))[0].covers(kept)


@pytest.mark.parametrize(
    "other",
    [
        Match("iam:CreateUsers"),
        Match("ia:CreateUser"),
        FAILED,
        Match("iam:Create*", identity="Root"),
        Match("iam:Create*", read_only=False),
        Match("sts:*", outcome="any"),
    ],
)
def test_what_no_other_call_covers_is_kept(other: Match) -> None:
    assert set(calls(to_calls(USER, other))) == {*calls(to_calls(USER)), *calls(to_calls(other))}


def test_of_two_that_cover_one_another_one_is_kept() -> None:
    redundant = Match("iam:*", error=["Access*", "AccessDenied"])

    assert len(calls(to_calls(redundant, Match("iam:*", error="Access*")))) == 1


@given(st.lists(matches(), min_size=1, max_size=6))
def test_every_call_is_covered_by_one_that_is_kept_and_none_of_these_by_another(some: list[Match]) -> None:
    listeners = to_calls(*some)
    kept = calls(listeners)

    for of_rule in calls_by_rule(listeners).values():
        assert all(any(one.covers(call) for one in kept) for call in of_rule)
    assert not any(one.covers(other) for one in kept for other in kept if one is not other)


def test_calls_are_told_by_rule() -> None:
    """Also that a rule listens to none."""
    listeners = (*to_calls(USER, Match("sts:Get*", "kms:*")), *to_items("AWS::EC2::VPC"))

    assert calls_by_rule(listeners) == {
        "rule-1": [Call("iam", "CreateUser")],
        "rule-2": [Call("sts", "Get*"), Call("kms", "*")],
        "items": [],
    }


@pytest.mark.parametrize(
    ("service", "patterns"),
    [("ec2", ["ec2", "ec2.amazonaws.com*"]), ("ec*", ["ec*"]), ("*c2", ["*c2", "*c2.amazonaws.com*"])],
)
def test_event_sources(service: str, patterns: list[str]) -> None:
    assert event_sources(service) == patterns


@pytest.mark.parametrize(
    ("call", "patterns"),
    [
        (Call("lambda", "Invoke"), ["Invoke", "Invoke20*"]),
        (Call("iam", "CreateUser"), ["CreateUser", "*20*"]),
        (Call("iam", "Create*"), ["Create*"]),
        (Call("iam", "*User"), ["*User", "*User20*"]),
        (Call("*", "CreateUser"), ["CreateUser", "CreateUser20*"]),
    ],
)
def test_event_names(call: Call, patterns: list[str]) -> None:
    assert event_names(call) == patterns
