from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailguard.testing.changes import changed, general, odd_values, other_values
from trailguard.watch import ABSENT, places, value_at

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)
OBJECTS = st.dictionaries(st.text(max_size=3), JSON, max_size=3)
PATHS = st.lists(st.text(max_size=3) | st.integers(0, 3), min_size=1, max_size=4).map(tuple)


@pytest.mark.parametrize(
    ("path", "value", "after"),
    [
        (("a",), 2, {"a": 2, "list": [1, {"b": 2}, 3]}),
        (("a",), ABSENT, {"list": [1, {"b": 2}, 3]}),
        (("list", 1, "b"), None, {"a": 1, "list": [1, {"b": None}, 3]}),
        (("list", 1, "b"), ABSENT, {"a": 1, "list": [1, {}, 3]}),
        (("list", 1), ABSENT, {"a": 1, "list": [1, 3]}),
        (("list", 3), 4, {"a": 1, "list": [1, {"b": 2}, 3, 4]}),
        (("new", "inner", 0, "x"), 1, {"a": 1, "list": [1, {"b": 2}, 3], "new": {"inner": [{"x": 1}]}}),
        (("new", "inner"), ABSENT, {"a": 1, "list": [1, {"b": 2}, 3]}),
        (("list", 3, "x"), ABSENT, {"a": 1, "list": [1, {"b": 2}, 3]}),
        ((), {"b": 1}, {"b": 1}),
    ],
)
def test_changed(path: tuple[str | int, ...], value: object, after: dict[str, Any]) -> None:
    document = {"a": 1, "list": [1, {"b": 2}, 3]}
    before = copy.deepcopy(document)

    assert changed(document, path, value) == after
    assert document == before


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (("a", "b"), "no object to look 'b' up in"),
        (("a", 0), "no array with a place 0"),
        (("list", "b"), "no object"),
        (("list", 4), "no array with a place 4"),
        (("new", 1), "no array with a place 1"),
        (("null", "a"), "no object"),
    ],
)
def test_what_cannot_be_changed(path: tuple[str | int, ...], told: str) -> None:
    """A way that leads through a text is none, nor may an array have holes."""
    with pytest.raises(LookupError, match=told):
        changed({"a": 1, "list": [1, 2, 3], "null": None}, path, 1)


def test_keys_keep_their_order() -> None:
    """A rule may look at the first one."""
    assert list(changed({"a": 1, "b": 2, "c": 3}, ("a",), 4)) == ["a", "b", "c"]


@given(OBJECTS, PATHS, JSON)
def test_what_is_changed_is_there(
    document: dict[str, Any], path: tuple[str | int, ...], value: object
) -> None:
    before = copy.deepcopy(document)
    try:
        after = changed(document, path, value)
    except LookupError:
        after = None

    assert document == before
    assert after is None or value_at(after, path) == value


@given(OBJECTS)
def test_to_put_back_what_was_there_changes_nothing(document: dict[str, Any]) -> None:
    for path in places(document):
        assert changed(document, path, value_at(document, path)) == document


@pytest.mark.parametrize("value", [None, True, 7, "x", "", [], ["a"], {}, {"a": 1}])
def test_odd_values(value: object) -> None:
    """They are of all types, and none is what is there already."""
    odd = list(odd_values({"a": value}, ("a",)))

    assert all(type(one) is not type(value) or one != value for one in odd)
    assert ABSENT in odd
    assert {type(one) for one in odd} >= {str, int, float, bool, list, dict} - {type(value)}
    assert odd[-1] == [value]


def test_odd_values_of_what_is_absent() -> None:
    odd = list(odd_values({}, ("a",)))

    assert ABSENT not in odd
    assert None in odd
    assert [ABSENT] not in odd


@pytest.mark.parametrize(
    ("value", "others"),
    [
        (True, [ABSENT, False]),
        (22, [ABSENT, 23, 21, 0, -1]),
        (0.5, [ABSENT, 1.5, -0.5, 0, -1]),
        ("web", [ABSENT, "", "other", "web-other"]),
        ([1], [ABSENT, []]),
        ({"a": 1}, [ABSENT, {}]),
        (None, [ABSENT, True, "other", 1]),
        (ABSENT, []),
    ],
)
def test_other_values(value: object, others: list[object]) -> None:
    assert list(other_values(value)) == others


def test_all_elements_of_an_array_are_one() -> None:
    assert general(("a", 3, "b", 0, "c", 12)) == ("a", 0, "b", 0, "c", 0)
    assert general(("a", "3")) == ("a", "3")
