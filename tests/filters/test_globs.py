from __future__ import annotations

from functools import cache
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailguard.filters._globs import disjoint, includes, loosened
from trailguard.match import glob

# Long enough for what tells any two such patterns apart; "c" is in no pattern.
TEXTS = ["".join(letters) for length in range(7) for letters in product("abc", repeat=length)]
PATTERNS = st.text("ab*?", max_size=3)


@cache
def taken(pattern: str) -> frozenset[str]:
    return frozenset(filter(glob(pattern).fullmatch, TEXTS))


@settings(max_examples=400)
@given(PATTERNS, PATTERNS)
def test_a_pattern_that_includes_another_takes_all_its_texts(wide: str, narrow: str) -> None:
    if includes(wide, narrow):
        assert taken(wide) >= taken(narrow)


@settings(max_examples=400)
@given(PATTERNS.map(loosened), PATTERNS)
def test_of_a_pattern_without_question_marks_it_is_known_for_certain(wide: str, narrow: str) -> None:
    assert includes(wide, narrow) == (taken(wide) >= taken(narrow))


@settings(max_examples=400)
@given(PATTERNS, PATTERNS)
def test_disjoint_patterns_take_no_text_in_common(one: str, other: str) -> None:
    assert disjoint(one, other) == taken(one).isdisjoint(taken(other))


@given(PATTERNS)
def test_a_loosened_pattern_takes_no_less(pattern: str) -> None:
    loose = loosened(pattern)

    assert taken(loose) >= taken(pattern)
    assert "?" not in loose
    assert "**" not in loose


@pytest.mark.parametrize(
    ("wide", "narrow", "near_miss"),
    [
        ("*", "*", None),
        ("a.b", "a.b", "axb"),
        ("?", "?", "*"),
        ("Create*", "Create*Rule", "Creat*"),
        ("*Denied", "Access*Denied", "Access*Denied*"),
        ("a*b*a", "ab*ba", "a*b"),
        ("[a]*", "[a]b", "ab"),
        ("a*", "a\nb", "b\na"),
    ],
)
def test_includes(wide: str, narrow: str, near_miss: str | None) -> None:
    assert includes(wide, narrow)
    assert near_miss is None or not includes(wide, near_miss)


def test_long_texts_and_many_stars() -> None:
    """They take neither all the stack nor for ever."""
    many, long = "*a" * 40 + "b", "a" * 1000

    assert not includes(many, long)
    assert includes(many, f"{long}b")
    assert disjoint(long, f"{long}b")
    assert disjoint(f"*{long}b", long)
    assert not disjoint(many, f"{long}*")
