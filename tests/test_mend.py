from __future__ import annotations

import json
import math
import sys
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import from_json

from trailguard.errors import DecodingError
from trailguard.mend import Piece, array_items, repair, values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# What JSON is made of, as content, and anything else, lone surrogates included.
ANY_TEXT = st.text(st.sampled_from('{}[]",:\\') | st.characters(exclude_categories=()), max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | ANY_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.lists(st.dictionaries(ANY_TEXT, JSON, max_size=3), max_size=4)

some = settings(max_examples=60)


def pieces(data: bytes) -> list[tuple[bytes, bool]]:
    return [tuple(piece) for piece in values(data)]


def items(data: bytes, key: str = "Records") -> list[tuple[bytes, bool]]:
    found = array_items(data, key)
    assert found is not None
    return [tuple(piece) for piece in found]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b'{"a": "\xff!"}', {"a": "\N{REPLACEMENT CHARACTER}!"}),
        (b'{"a": "\xed\xa0\x80"}', {"a": "\N{REPLACEMENT CHARACTER}" * 3}),  # a surrogate as UTF-8
        (rb'{"a": "\ud800!"}', {"a": "?!"}),
        (rb'{"\udc00": 1}', {"?": 1}),
        (b'{"a": "tab\there"}', {"a": "tab\there"}),
        (b'{"a": "line\nbreak\0"}', {"a": "line\nbreak\0"}),
        (b"\xef\xbb\xbf{}", {}),
        (b'{"a": 1e400, "b": -1e400}', {"a": "1e400", "b": "-1e400"}),
        (b'{"a": 1, "a": 2}', {"a": 2}),
    ],
)
def test_what_a_forgiving_parser_reads_is_mended(raw: bytes, expected: object) -> None:
    """The result is JSON to the strict parsers, of the routing fields and of the models."""
    mended = repair(raw)

    assert msgspec.json.decode(mended) == from_json(mended) == expected


@pytest.mark.parametrize(
    "raw",
    [
        rb'{"a": "\ud83d\ude00"}',
        '{"a": "é \N{GRINNING FACE}"}'.encode(),
        b'{"a": 1e308}',
        b'{"a": "\\u0000"}',
    ],
)
def test_what_is_right_stays(raw: bytes) -> None:
    """Near misses: a surrogate *pair*, the largest floats, an escaped control character."""
    assert json.loads(raw) == json.loads(repair(raw))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"   ",
        b"secret",
        b'{"secret"',
        b'{"a": "secret}',
        b'{"a": 01}',
        b'{"a": "secret",}',
        b'{"a": NaN, "b": "secret"}',
        b'{"a": -Infinity}',
        b"{'a': 'secret'}",
        b'{"a": "secret"} {"b": 1}',
        b"[" * 100_000,
        b'{"a": ' + b"9" * (sys.int_info.default_max_str_digits + 1) + b', "b": "secret"}',
    ],
    ids=lambda raw: raw[:16].decode(),
)
def test_what_is_no_json_is_refused_without_its_content(raw: bytes) -> None:
    with pytest.raises(DecodingError) as refusal:
        repair(raw)

    assert "secret" not in str(refusal.value)
    assert len(str(refusal.value)) < 300


@some
@given(JSON)
def test_mended_json_means_the_same(value: Any) -> None:
    """Whatever parses as it is, parses to the same after mending, but for what no text can hold."""
    readable = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))

    assert readable == json.loads(repair(json.dumps(value).encode()))


@some
@given(JSON)
def test_mending_twice_changes_nothing_more(value: Any) -> None:
    once = repair(json.dumps(value).encode())

    assert repair(once) == once


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b" \n ", []),
        (b'{"a":1}', [(b'{"a":1}', True)]),
        (b"{}[]{}", [(b"{}", True), (b"[]", True), (b"{}", True)]),
        (b"{} \r\n {}", [(b"{}", True), (b"{}", True)]),
        (b'{"a":"}{"}{"b":"\\"}"}', [(b'{"a":"}{"}', True), (b'{"b":"\\"}"}', True)]),
        (b'{"a":{"b":[{}]}}', [(b'{"a":{"b":[{}]}}', True)]),
        (b"START{}END", [(b"START", False), (b"{}", True), (b"END", False)]),
        (b'{}{"a":', [(b"{}", True), (b'{"a":', False)]),
        (b'{}{"a":"}', [(b"{}", True), (b'{"a":"}', False)]),
        (b"}{}", [(b"}", False), (b"{}", True)]),
        (b'"text"', [(b'"text"', False)]),
    ],
)
def test_values_in_a_row_are_told_apart(data: bytes, expected: list[tuple[bytes, bool]]) -> None:
    """Brackets in texts count for nothing; what is no object or array is handed over as it stands."""
    assert expected == pieces(data)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'{"Records":[]}', []),
        (b'{"Records" : [ {} , {} ] }', [(b"{}", True), (b"{}", True)]),
        (b'{"a":{"b":[]},"Records":[{}]}', [(b"{}", True)]),
        (b'{"a":"Records","Records":[{}]}', [(b"{}", True)]),
        (b'{"Records":[1,"x",null,{}]}', [(b"1", False), (b'"x"', False), (b"null", False), (b"{}", True)]),
        (b'{"Records":[{"Records":[1]}]}', [(b'{"Records":[1]}', True)]),
        (b'{"Records":[{}', [(b"{}", True), (b"", False)]),
        (b'{"Records":[{},', [(b"{}", True), (b"", False)]),
        (b'{"Records":[{},{"a":"', [(b"{}", True), (b'{"a":"', False)]),
        (b'{"Records":[{},{"a":"]}', [(b"{}", True), (b'{"a":"]}', False)]),
        (b'{"Records":[', [(b"", False)]),
        (b'{"Records":[{"a":NaN}]} and more', [(b'{"a":NaN}', True)]),
    ],
)
def test_items_are_told_apart_however_the_array_goes_on(
    data: bytes, expected: list[tuple[bytes, bool]]
) -> None:
    """The last piece is not whole where the array breaks off, so that nobody takes it for the end."""
    assert expected == items(data)


def test_scalar_item_with_a_comma_is_one_item() -> None:
    assert items(b'{"Records":["a,b",{}]}') == [(b'"a,b"', False), (b"{}", True)]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b'{"records":[]}',
        b'{"a":{"Records":[]}}',
        b'[{"Records":[]}]',
        b'{"Records":{}}',
        b'{"a":"Records"}',
    ],
)
def test_no_such_array(data: bytes) -> None:
    """Near misses: another case, one level down, not an array, only a value."""
    assert array_items(data, "Records") is None


@some
@given(OBJECTS, st.sampled_from(["", " ", "\n", "\r\n\t"]))
def test_objects_in_a_row_come_apart(objects: list[dict[str, Any]], separator: str) -> None:
    data = separator.join(map(json.dumps, objects)).encode()

    assert [Piece(json.dumps(one).encode(), whole=True) for one in objects] == list(values(data))


@some
@given(OBJECTS, st.data())
def test_every_item_before_a_cut_is_whole(objects: list[dict[str, Any]], data: st.DataObject) -> None:
    """Cut an array anywhere: the complete items come whole, then one piece that is not."""
    parts = [json.dumps(one).encode() for one in objects]
    start = b'{"x": [1], "Records":['
    text = start + b",".join(parts)
    end = data.draw(st.integers(len(start), len(text)))

    complete, position = 0, len(start)
    for part in parts:
        position += len(part)
        complete += position <= end
        position += 1

    *whole, last = items(text[:end])
    assert whole == [(part, True) for part in parts[:complete]]
    assert not last[1]


@pytest.mark.parametrize("unit", [b'"', b"\\", b"[", b"]", b'{"', b'["",'])
def test_hostile_text_without_end_is_taken_apart(unit: bytes) -> None:
    """Neither recursion nor a piece too many: nothing is handed over twice."""
    text = unit * 100_000

    assert sum(len(piece) for piece, _ in pieces(text)) <= len(text)
    assert array_items(text, "Records") is None


@pytest.mark.parametrize(
    "split", [values, lambda data: array_items(data, "Records") or ()], ids=["values", "array_items"]
)
def test_text_that_breaks_off_costs_no_more_than_its_length(
    split: Callable[[bytes], Iterable[Piece]],
) -> None:
    """A file cut in the middle of a long policy, a text full of escaped quotes.

    With backtracking it would take as many steps as the square of its length, and never come to an end.
    """
    cut_off = b'{"Records":[{"policyDocument":"' + rb"\"" * 1_000_000

    assert [whole for _, whole in split(cut_off)] == [False]


def test_largest_float_is_a_number_and_the_next_a_text() -> None:
    largest = repr(sys.float_info.max).encode()

    assert json.loads(repair(largest)) == sys.float_info.max
    assert math.isinf(float("1.8e308"))
    assert json.loads(repair(b"1.8e308")) == "1.8e308"
