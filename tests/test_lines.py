"""Lines that are read at once, and what may not be read so: the same comes of both."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trailguard.decode import decode, decode_stream
from trailguard.guard import Guard
from trailguard.record import Batch, Decoded, DecodeFailure, Origin, Record
from trailguard.report import Counts
from trailguard.settings import settings_from
from trailguard.sources import find

if TYPE_CHECKING:
    from pathlib import Path

ORIGIN = Origin.at("file")


def record(action: str = "DescribeInstances", **fields: Any) -> bytes:
    text = {"eventVersion": "1.08", "eventSource": "ec2.amazonaws.com", "eventName": action, **fields}
    return json.dumps(text, separators=(",", ":")).encode()


RECORD = record()
LINES = (
    RECORD,
    record("CreateVpc", requestParameters={"text": "} {", "nested": [{}, {"a": {}}]}),
    record("CreateVpc", Records=[json.loads(RECORD)]),
    record("CreateVpc", Records=None),
    record("CreateVpc", configurationItems=[]),
    record("CreateVpc", EventSource="aws:sns"),
    record("ObjectCreated:Put", eventSource="aws:s3"),
    record("CreateVpc", eventSource=None),
    record("CreateVpc", eventName=7),
    b'{"eventVersion":"1.08","eventName":"CreateVpc"}',
    b'{"eventVersion":"1.08","eventSource":"ec2.amazonaws.com"}',
    b'{"Records":[' + RECORD + b"," + RECORD + b"]}",
    b'{"resourceType":"AWS::EC2::VPC","resourceId":"vpc-EXAMPLE"}',
    b" " + RECORD + b"\t",
    RECORD + b"\r",
    RECORD + b" " + RECORD,
    RECORD + RECORD,
    RECORD[:40],
    RECORD[40:],
    b'{"requestParameters":{}',
    b"," + RECORD[1:],
    b'{"requestParameters":',
    b'{"a":1},' + RECORD[1:],
    b'{"userAgent":"\xff",' + RECORD[1:],
    b'{"userAgent":"\\ud800",' + RECORD[1:],
    b"{}",
    b"[]",
    b"null",
    b"",
    b" ",
)


def told(items: list[Decoded]) -> list[object]:
    """What a list of decoded things comes to, record by record."""
    parts = [part for item in items for part in (item.records() if isinstance(item, Batch) else [item])]
    return [
        (part.place, bytes(part.raw), part.kind, part.account_id) if isinstance(part, Record) else part
        for part in parts
    ]


def one_by_one(lines: list[bytes]) -> list[object]:
    """What comes of lines that are never read together: an envelope lies between each and the next."""
    between = [part for line in lines for part in (line, b'{"Records":[]}')]
    found = told(list(decode(b"\n".join(between), ORIGIN)))
    return [_renumbered(part) for part in found]


def _renumbered(part: Any) -> object:
    """Count the lines as if there were nothing between them."""
    place: str = part[0] if isinstance(part, tuple) else part.origin
    file, unit, rest = place.partition(" > line ")
    number, *further = rest.split(" ", 1)
    renumbered = f"{file}{unit}{(int(number) + 1) // 2}{''.join(f' {one}' for one in further)}"
    if isinstance(part, tuple):
        return (renumbered, *part[1:])
    return type(part)(
        **{name: renumbered if name == "origin" else getattr(part, name) for name in part.__struct_fields__}
    )


@pytest.mark.parametrize("line", LINES, ids=range(len(LINES)))
def test_line_between_records_comes_to_what_it_comes_to_alone(line: bytes) -> None:
    lines = [RECORD, line, RECORD]

    assert told(list(decode(b"\n".join([*lines, b"{}"]), ORIGIN)))[:-1] == one_by_one([*lines, b"{}"])[:-1]


# As many values as lines, but not one in each: the first line has none, the last two.
@example([b'{"requestParameters":', b'{"a":1},' + RECORD[1:], RECORD + RECORD])
@example([b'{"requestParameters":{}', b"," + RECORD[1:], RECORD + b" " + RECORD])
@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=8))
def test_lines_that_are_read_at_once_come_to_what_each_comes_to_alone(lines: list[bytes]) -> None:
    lines = [RECORD, *lines]  # so that they are taken for JSON Lines whatever they are

    assert told(list(decode(b"\n".join([*lines, b"{}"]), ORIGIN)))[:-1] == one_by_one([*lines, b"{}"])[:-1]


def test_records_are_read_at_once() -> None:
    batch, last = decode(b"\n".join([RECORD] * 100), ORIGIN)

    assert isinstance(batch, Batch)
    assert len(batch.heads) == 99
    assert isinstance(last, Record)  # nobody knows of the last one whether it is complete
    assert [one.place for one in batch.records([0, 98])] == ["file > line 1", "file > line 99"]
    assert last.place == "file > line 100"


@pytest.mark.parametrize("odd", [b"{}", b"", RECORD + RECORD], ids=["no record", "blank", "two records"])
def test_odd_line_keeps_few_from_being_read_at_once(odd: bytes) -> None:
    lines = [RECORD] * 2000
    lines[700] = odd

    items = list(decode(b"\n".join([*lines, b""]), ORIGIN))

    at_once = sum(len(item.heads) for item in items if isinstance(item, Batch))
    assert 1800 < at_once < 2000
    places = {one.place for item in items if isinstance(item, Batch) for one in item.records()}
    places |= {item.place for item in items if isinstance(item, Record)}
    assert {f"file > line {n}" for n in range(1, 2001) if n != 701} <= places


@given(st.integers(1, 400), st.integers(0, 60))
def test_pieces_may_end_anywhere(size: int, blank: int) -> None:
    lines = [RECORD] * 20
    lines.insert(blank % 20, b"")
    text = b"\n".join(lines)
    pieces = [text[n : n + size] for n in range(0, len(text), size)]

    assert told(list(decode_stream(pieces, ORIGIN))) == told(list(decode(text, ORIGIN)))


def log_events(*messages: bytes) -> bytes:
    events = [{"id": f"{n}", "timestamp": n, "message": text.decode()} for n, text in enumerate(messages)]
    return json.dumps(
        {
            "messageType": "DATA_MESSAGE",
            "owner": "111122223333",
            "logGroup": "trail",
            "logStream": "stream",
            "subscriptionFilters": ["all"],
            "logEvents": events,
        }
    ).encode()


def test_log_events_are_read_at_once() -> None:
    (batch,) = decode(log_events(RECORD, RECORD), ORIGIN)

    assert isinstance(batch, Batch)
    assert [(one.place, one.account_id) for one in batch.records()] == [
        (f"file > cloudwatch logs trail:stream > log event {n}", "111122223333") for n in (1, 2)
    ]


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ((RECORD, RECORD + b"\n" + RECORD), ["log event 1", "log event 2 > line 1", "log event 2 > line 2"]),
        (
            (RECORD + b"\n" + RECORD[:-1], b"}"),
            ["log event 1 > line 1", "log event 1 > line 2", "log event 2"],
        ),
        ((RECORD, b"", RECORD), ["log event 1", "log event 2", "log event 3"]),
    ],
    ids=["two in one", "one in two", "empty one"],
)
def test_log_events_with_more_or_less_than_a_record_are_opened_by_themselves(
    messages: tuple[bytes, ...], expected: list[str]
) -> None:
    parts: list[Any] = told(list(decode(log_events(*messages), ORIGIN)))

    places = [part[0] if isinstance(part, tuple) else part.origin for part in parts]
    assert [place.partition("trail:stream > ")[2] for place in places] == expected


@pytest.mark.parametrize("neighbour", ["{}", RECORD.decode()], ids=["something else", "a record"])
@pytest.mark.parametrize("max_depth", [0, 1])
def test_log_event_comes_to_the_same_beside_a_record_and_beside_something_else(
    neighbour: str, max_depth: int
) -> None:
    batch = {
        "messageType": "DATA_MESSAGE",
        "logGroup": "trail",
        "logStream": "stream",
        "logEvents": [{"id": "1", "timestamp": 1, "message": text} for text in (RECORD.decode(), neighbour)],
    }

    first = next(decode(json.dumps(batch), max_depth=max_depth))

    assert isinstance(first, Record | Batch if max_depth else DecodeFailure)


@pytest.mark.parametrize("size", [900_000, 1_500_000])
def test_json_lines_may_be_longer_than_a_document_however_long_the_first_is(
    tmp_path: Path, size: int
) -> None:
    line = json.dumps({"Records": [json.loads(record(padding="x" * size))]})
    path = tmp_path / "many.jsonl"
    path.write_text(f"{line}\n" * 8, "utf-8")
    guard = Guard.from_settings(settings_from({"limits": {"max_bytes": 5_000_000}}, "settings"), notifiers=())
    counts = Counts()

    assert list(guard.scan(find([path]), counts)) == []
    assert counts.unrouted == 8
