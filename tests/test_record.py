from __future__ import annotations

import json
from typing import Any

import pytest

from trailguard.record import Batch, Head, ObjectRef, Origin, Record, split
from trailguard.testing import cloudtrail_event


def file_of(*records: Any) -> bytes:
    return json.dumps({"Records": records}).encode()


def test_origin_reads_from_the_outside_in() -> None:
    assert str(Origin.at("sqs 059f") / "sns" / "s3://bucket/key") == "sqs 059f > sns > s3://bucket/key"


def test_origin_of_nowhere_in_particular() -> None:
    assert str(Origin()) == "payload"


def test_going_deeper_leaves_the_outer_origin_alone() -> None:
    """Neighbours share an origin."""
    outer = Origin.at("file")

    assert str(outer / "record 1") == "file > record 1"
    assert str(outer) == "file"


@pytest.mark.parametrize(
    ("record", "place"),
    [
        (Record(b"{}"), "payload"),
        (Record(b"{}", Origin.at("a.json.gz"), ("record", 12)), "a.json.gz > record 12"),
        (Record(b"{}", Origin(), ("line", 3)), "line 3"),
        (Record(b"{}", Origin.at("a"), None, None, "repaired"), "a (repaired)"),
        (Record(b"{}", Origin.at("a"), ("line", 3), None, "repaired"), "a > line 3 (repaired)"),
    ],
)
def test_place_says_where_and_whether_it_was_mended(record: Record, place: str) -> None:
    assert record.place == place


def test_outermost_message_is_the_one_that_the_invoker_knows() -> None:
    """What is in it may be a message too, of somebody else's."""
    inner = Origin().message("sqs", "059f") / "sns"

    assert inner.message_id == "059f"
    assert inner.message("kinesis", "4959").message_id == "059f"
    assert str(inner.message("kinesis", "4959")) == "sqs 059f > sns > kinesis 4959"
    assert Origin.at("file").message_id is None


def test_origin_cannot_command_a_terminal() -> None:
    """Keys and ids come from whoever may send; what is read on a screen shows them, and obeys nothing."""
    origin = Origin.at("s3://bucket/\x1b[2J\nüber")

    assert str(origin) == r"s3://bucket/\x1b[2J\nüber"
    assert Record(b"{}", origin, ("record", 1)).place == r"s3://bucket/\x1b[2J\nüber > record 1"


@pytest.mark.parametrize(
    ("ref", "place"),
    [
        (ObjectRef("bucket", "a b"), "s3://bucket/a b"),
        (ObjectRef("bucket", "a", "v1", Origin.at("sns")), "sns > s3://bucket/a?versionId=v1"),
    ],
)
def test_object_is_a_place_of_its_own(ref: ObjectRef, place: str) -> None:
    assert str(ref.inner) == place


def test_data_between_stages_is_frozen() -> None:
    record = Record(b"{}")

    with pytest.raises(AttributeError):
        record.raw = b"[]"  # type: ignore[misc]
    with pytest.raises(AttributeError):
        record.origin.path = ()  # type: ignore[misc]


def test_split_keeps_each_text() -> None:
    """Whatever the items are: that is for the engine to say."""
    raws = split(b'{"x": 1, "Records": [ {"a" : 1}, null,"text" ]}')

    assert [bytes(raw) for raw in raws] == [b'{"a" : 1}', b"null", b'"text"']


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b'{"Records": 1}', b'{"Records": [}'])
def test_split_refuses_what_is_no_log_file(data: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # whatever the parser calls it
        split(data)


def test_batch_is_taken_apart_into_its_records() -> None:
    """As many records as heads, in the same order."""
    names = ["RunInstances", "StopInstances"]
    data = file_of(*(cloudtrail_event(f"ec2:{name}").raw for name in names))
    batch = Batch([Head("ec2.amazonaws.com", name) for name in names], data, Origin.at("file"))

    assert [json.loads(bytes(record.raw))["eventName"] for record in batch.records()] == names
    assert [record.place for record in batch.records()] == ["file > record 1", "file > record 2"]
