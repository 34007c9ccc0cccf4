from __future__ import annotations

from typing import Any

import pytest
from event_patterns import MAX_COMBINATIONS, MAX_LENGTH, lets_through, problems

OR: dict[str, Any] = {"$or": [{"detail": {"a": ["x"]}}, {"detail": {"b": [{"exists": False}]}}]}


@pytest.mark.parametrize(
    ("items", "hit", "near_miss"),
    [
        (["x", None], None, "y"),
        ([""], "", "x"),
        ([{"prefix": "Run"}], "RunInstances", "run"),
        ([{"suffix": "s"}], "Instances", "Instance"),
        ([{"wildcard": "a*c"}], "abc", "abcd"),
        ([{"wildcard": "a\\*c"}], "a*c", "abc"),
        ([{"anything-but": ["x"]}], "y", "x"),
        ([{"exists": True}], "x", {}),
        ([{"equals-ignore-case": "X"}], "x", "y"),
    ],
)
def test_operators_are_fit_and_tell_values_apart(items: list[Any], hit: Any, near_miss: Any) -> None:
    pattern = {"detail": {"a": items}}
    near = {} if near_miss == {} else {"a": near_miss}

    assert problems(pattern) == []
    assert lets_through(pattern, {"detail": {"a": hit}})
    assert not lets_through(pattern, {"detail": near})


def test_one_alternative_is_enough() -> None:
    assert problems(OR) == []
    assert lets_through(OR, {"detail": {"a": "x", "b": 1}})
    assert lets_through(OR, {"detail": {"a": "y"}})
    assert not lets_through(OR, {"detail": {"a": "y", "b": 1}})


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ({}, "the pattern: is empty"),
        ({"detail": {}}, "detail: is empty"),
        ({"source": []}, "source: is an empty list"),
        ({"source": "aws.ec2"}, "source: has to be a list or an object"),
        ({"source": [["aws.ec2"]]}, "source: a list holds values and operators, no lists"),
        ({"source": [{"like": "x"}]}, "source: there is no operator 'like'"),
        ({"source": [{"prefix": "x", "suffix": "y"}]}, "source: one object holds one operator, not 2"),
        ({"source": [{"prefix": ["x"]}]}, 'source: prefix does not take ["x"]'),
        ({"source": [{"wildcard": "a**b"}]}, 'source: wildcard does not take "a**b"'),
        ({"source": [{"wildcard": "a\\b"}]}, 'source: wildcard does not take "a\\\\b"'),
        ({"a": [{"anything-but": ["x", 1]}]}, 'a: anything-but does not take ["x", 1]'),
        ({"a": [{"anything-but": []}]}, "a: anything-but does not take []"),
        ({"a": [{"anything-but": None}]}, "a: anything-but does not take null"),
        ({"a": [{"anything-but": {"prefix": ""}}]}, 'a: anything-but does not take {"prefix": ""}'),
        ({"a": [{"exists": "true"}]}, 'a: exists does not take "true"'),
        ({"a": [{"numeric": ["<", "1"]}]}, 'a: numeric does not take ["<", "1"]'),
        ({"a": [{"cidr": "10.0.0.0/33"}]}, 'a: cidr does not take "10.0.0.0/33"'),
        (
            {"detail": {"userIdentity": [{"exists": False}]}},
            "detail.userIdentity: exists is for leaves, and this is an object",
        ),
        ({"$or": [{"a": ["x"]}]}, "the pattern: $or needs a list of at least two objects"),
        ({"detail": {"$or": ["x", "y"]}}, "detail: $or needs a list of at least two objects"),
        (
            {"$or": [{"a": ["x"]}, {"prefix": ["y"]}]},
            "the pattern: $or takes 'prefix' for an operator, not for a field",
        ),
        ({"detail": {"a": ["x"]}} | OR, "detail.a: is asked twice, within $or and beside it"),
        ({"a": ["x" * (MAX_LENGTH - 9)]}, "2,049 characters; at most 2,048 are allowed"),
    ],
)
def test_what_eventbridge_refuses_is_told(pattern: dict[str, Any], problem: str) -> None:
    assert problems(pattern) == [problem]


@pytest.mark.parametrize(
    "item",
    [
        {"prefix": {"equals-ignore-case": "x"}},
        {"anything-but": {"wildcard": ["a*", "*b"]}},
        {"anything-but": [1, 2.5]},
        {"numeric": [">", 0, "<=", 5]},
        {"cidr": "10.0.0.0/8"},
        {"exists": False},
        True,
        1.5,
    ],
)
def test_what_eventbridge_takes_is_no_problem(item: Any) -> None:
    assert problems({"detail": {"a": [item]}}) == []


def test_a_field_may_be_asked_in_each_alternative() -> None:
    assert problems({"$or": [{"a": ["x"]}, {"a": ["y"], "b": ["z"]}]}) == []


def test_pattern_may_have_2048_characters() -> None:
    assert problems({"a": ["x" * (MAX_LENGTH - 10)]}) == []


def test_combinations_are_counted_over_all_alternatives() -> None:
    tens = {key: [{f"{key}{n}": ["x"]} for n in range(10)] for key in "abc"}
    allowed = {key: {"$or": alternatives} for key, alternatives in tens.items()}
    refused = allowed | {"d": {"$or": [{"e": ["x"]}, {"f": ["x"]}]}}

    assert MAX_COMBINATIONS == 10**3
    assert problems(allowed) == []
    assert problems(refused) == ["2,000 combinations of $or; at most 1,000 are allowed"]
