import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailguard.rules._json import first, first_text, is_true, items, listed, state, text, texts

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["items", "item", "tag", "content", "vpcId"]), inner, max_size=3)
    ),
)


@pytest.mark.parametrize(
    ("written", "entries"),
    [
        (
            {"items": [{"cidrIp": "10.0.0.0/8"}, {"cidrIp": "::/0"}]},
            [{"cidrIp": "10.0.0.0/8"}, {"cidrIp": "::/0"}],
        ),
        ({"item": [{"id": 1}, {"id": 2}]}, [{"id": 1}, {"id": 2}]),
        ({"item": {"id": 1}}, [{"id": 1}]),
        ([{"id": 1}, {"id": 2}], [{"id": 1}, {"id": 2}]),
        ({"id": 1, "tag": 1}, [{"id": 1, "tag": 1}]),
        ([{"id": 1}, None, "omitted", {}, 7, []], [{"id": 1}]),
        ({"items": None}, []),
        ({"items": "HIDDEN_DUE_TO_SECURITY_REASONS"}, []),
        ({}, []),
        ([], []),
        (None, []),
        ("", []),
        (1, []),
        (True, []),
    ],
)
def test_items_of_every_way_to_write_a_list(written: object, entries: list[object]) -> None:
    assert items(written) == entries


@given(JSON)
def test_items_are_objects_whatever_comes(value: object) -> None:
    assert all(isinstance(entry, dict) and entry for entry in items(value))


@pytest.mark.parametrize("written", [True, "true", {"value": True}, {"value": "true"}])
def test_true_in_every_way_to_write_it(written: object) -> None:
    assert is_true(written)


@pytest.mark.parametrize(
    "written",
    [False, "false", {"value": False}, {"value": {"value": True}}, {}, None, 1, "True story", [True]],
)
def test_everything_else_is_not_true(written: object) -> None:
    assert not is_true(written)


def test_text_is_text_that_says_something() -> None:
    assert text("vpc-1") == "vpc-1"
    assert not any(map(text, ("", None, 7, True, ["vpc-1"], {})))


@pytest.mark.parametrize(
    ("value", "expected"),
    [({"id": 1}, {"id": 1}), ([{}, {"id": 1}, {"id": 2}], {"id": 1}), ([], {}), (None, {}), ("text", {})],
)
def test_first_object_or_an_empty_one(value: object, expected: object) -> None:
    assert first(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"), [("a", ["a"]), (["a", "b"], ["a", "b"]), (None, [None]), ([], [])]
)
def test_one_or_many(value: object, expected: object) -> None:
    assert listed(value) == expected


@pytest.mark.parametrize(
    "written",
    [
        "running",
        "Running",
        {"value": "running"},
        {"code": 16, "name": "running"},
        {"code": "running", "message": "Running"},
    ],
)
def test_state_in_every_way_to_write_it(written: object) -> None:
    assert state(written) == "running"


@pytest.mark.parametrize("written", [None, "", 16, True, [], ["running"], {}, {"code": 16}, {"name": ["x"]}])
def test_everything_else_is_no_state(written: object) -> None:
    assert state(written) is None


@given(JSON)
def test_nothing_raises_whatever_comes(value: object) -> None:
    assert isinstance(first(value), dict)
    assert isinstance(listed(value), list)
    assert state(value) is None or text(state(value))


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("fl-1", ["fl-1"]),
        (["fl-1", "fl-2"], ["fl-1", "fl-2"]),
        ({"items": ["fl-1", "fl-2"]}, ["fl-1", "fl-2"]),
        ({"item": "fl-1"}, ["fl-1"]),
        ({"tag": 1, "content": "fl-1"}, ["fl-1"]),
        ([{"tag": 1, "content": "fl-1"}, {"tag": 2, "content": "fl-2"}], ["fl-1", "fl-2"]),
        (["fl-1", "", None, 1, {}, {"tag": 2}, ["fl-2"]], ["fl-1"]),
        ({}, []),
        (None, []),
        (7, []),
    ],
)
def test_texts_of_every_way_to_write_a_list(written: object, found: list[str]) -> None:
    assert texts(written) == found


def test_first_text_that_says_something() -> None:
    assert first_text(None, "", 1, {"name": "x"}, "one", "two") == "one"
    assert first_text(None, "") is None
    assert first_text() is None


@given(JSON)
def test_texts_never_fail(value: object) -> None:
    assert all(isinstance(one, str) and one for one in texts(value))
