from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from trailguard.errors import DecodingError, UnsupportedEvent
from trailguard.testing import (
    SampleEvent,
    SampleItem,
    cloudtrail_event,
    config_snapshot,
    configuration_item,
    log_file,
    recorded_event,
    recorded_item,
    root,
    sqs_event,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Write = Callable[[object], Path]

EVENT = cloudtrail_event("s3:PutBucketAcl", actor=root(), request={"x-amz-acl": "public-read"})
ITEM = configuration_item("AWS::EC2::Subnet", {"mapPublicIpOnLaunch": True}, tags={"team": "a"})


@pytest.fixture
def file(tmp_path: Path) -> Write:
    """Give a function that writes a file, of bytes or of something to be written as JSON."""

    def write(content: object) -> Path:
        path = tmp_path / "recorded.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return path

    return write


@pytest.mark.parametrize(
    "content",
    [
        EVENT.raw,
        [EVENT.raw],
        EVENT.content,
        json.dumps(EVENT.raw, indent=4).encode(),
        b"\xef\xbb\xbf" + EVENT.content,
        gzip.compress(EVENT.content),
        log_file([EVENT]),
        EVENT.as_log_file().content,
        EVENT.as_eventbridge(),
        EVENT.as_cloudwatch_logs(),
        EVENT.as_eventbridge().as_sns().as_sqs(),
        EVENT.as_kinesis(),
        EVENT.as_lookup_events(),
    ],
)
def test_an_event_is_read_from_whatever_it_was_delivered_in(content: object, file: Write) -> None:
    event = recorded_event(file(content))

    assert isinstance(event, SampleEvent)
    assert event == EVENT
    assert event.as_sqs() == EVENT.as_sqs()


@pytest.mark.parametrize(
    "content",
    [
        ITEM.raw,
        ITEM.as_api_item(),
        config_snapshot([ITEM]),
        gzip.compress(json.dumps(ITEM.raw).encode()),
        ITEM.as_config_rule(),
        ITEM.as_eventbridge().as_sqs(),
    ],
)
def test_an_item_is_read_from_whatever_it_was_delivered_in(content: object, file: Write) -> None:
    """In the spelling of notifications, whichever it came in."""
    item = recorded_item(file(content))

    assert isinstance(item, SampleItem)
    assert (item.resource_type, item.configuration, item.tags) == (
        ITEM.resource_type,
        ITEM.configuration,
        ITEM.tags,
    )
    assert item.raw["configurationItemStatus"] == "OK"
    assert item.as_config_rule()["invokingEvent"]


def test_names_are_taken_as_text(file: Write) -> None:
    assert recorded_event(str(file(EVENT.raw))) == EVENT
    assert recorded_item(str(file(ITEM.raw))) == ITEM


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (log_file([EVENT, EVENT, EVENT]), "expected one event, found 3$"),
        (sqs_event([EVENT, EVENT]), "expected one event, found 2$"),
        ({"Records": []}, "expected one event, found 0$"),
        (ITEM.raw, "expected one event, found 0; it has another kind: configuration item$"),
        (b"hello", "expected one event, found 0; not JSON: "),
        (b"", "expected one event, found 0; empty$"),
        (EVENT.content[:-9], "expected one event, found 0; not JSON: "),
        (EVENT.as_s3_notification(), "found 0; .*s3://amzn-s3-demo-bucket/AWSLogs/.* is not in the file$"),
        (gzip.compress(EVENT.content)[:-20], "expected one event, found 0; "),
        (log_file([EVENT])[:-20], "expected one event, found "),
    ],
)
def test_one_event_is_wanted(content: object, problem: str, file: Write) -> None:
    """The error names the file, says how many there are, and what else is in it."""
    path = file(content)

    with pytest.raises(ValueError, match=problem) as raised:
        recorded_event(path)

    assert str(raised.value).startswith(f"{path}: ")


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (config_snapshot([ITEM, ITEM]), "expected one configuration item, found 2$"),
        (EVENT.raw, "expected one configuration item, found 0; it has another kind: event$"),
    ],
)
def test_one_item_is_wanted(content: object, problem: str, file: Write) -> None:
    with pytest.raises(ValueError, match=problem):
        recorded_item(file(content))


def test_a_good_event_beside_a_damaged_one_is_refused(file: Write) -> None:
    """Who recorded the file is to know that it is cut off."""
    with pytest.raises(ValueError, match="found 1; "):
        recorded_event(file(b'{"Records": [' + EVENT.content + b", {"))


@pytest.mark.parametrize("content", [{}, {"name": "x"}, 7])
def test_other_json_is_refused(content: Any, file: Write) -> None:
    path = file(content)

    with pytest.raises(UnsupportedEvent, match=f"^{path}: .* unknown shape"):
        recorded_event(path)


@pytest.mark.parametrize(
    ("record", "problem"),
    [({**EVENT.raw, "eventTime": "soon"}, "eventTime: "), ({"Records": [7]}, "")],
)
def test_a_record_that_is_none_is_told(record: Any, problem: str, file: Write) -> None:
    path = file(record)

    with pytest.raises(DecodingError, match=f"^{path}: {problem}"):
        recorded_event(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"missing\.json"):
        recorded_event(tmp_path / "missing.json")
