from __future__ import annotations

import base64
import gzip
import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from trailguard.decode import decode, decode_stream
from trailguard.errors import UnsupportedEvent
from trailguard.record import Batch, DecodeFailure, Ignored, Origin, Record
from trailguard.testing import cloudtrail_event, log_file, service_event

if TYPE_CHECKING:
    from collections.abc import Iterable

EVENTS = [
    cloudtrail_event("ec2:RunInstances", request={"items": [{}], "policyDocument": '{"Statement": []}'}),
    cloudtrail_event("s3:GetObject", request={"key": 'a"b]}\\é\U0001f600\n'}),
    cloudtrail_event("ec2:SharedSnapshotVolumeCreated", actor=service_event(), eventVersion="1.08"),
]
RECORDS = [event.raw for event in EVENTS]
TEXTS = [json.dumps(record).encode() for record in RECORDS]
LOG_FILE = json.dumps({"Records": RECORDS}).encode()
BOM = b"\xef\xbb\xbf"

DETAIL_TYPES = [
    "AWS API Call via CloudTrail",
    "AWS Service Event via CloudTrail",
    "AWS Console Action via CloudTrail",
    "AWS Console Sign In via CloudTrail",
    "AWS Console Signin via CloudTrail",
    "AWS Insight via CloudTrail",
    "AWS Network Activity Event via CloudTrail",
    "AWS Something New via CloudTrail",
]

some = settings(max_examples=60)


def packed(content: bytes) -> dict[str, Any]:
    """Make a CloudWatch Logs subscription event around what it carries."""
    return {"awslogs": {"data": base64.b64encode(gzip.compress(content, mtime=0)).decode()}}


def log_message(*messages: object, **more: Any) -> dict[str, Any]:
    """Make what a CloudWatch Logs subscription carries."""
    return {
        "messageType": "DATA_MESSAGE",
        "owner": "111122223333",
        "logGroup": "CloudTrail/all",
        "logStream": "111122223333_CloudTrail_eu-west-1",
        "subscriptionFilters": ["everything"],
        "logEvents": [
            {"id": str(n), "timestamp": 1432826855000, "message": message}
            for n, message in enumerate(messages)
        ],
        **more,
    }


def subscription(*messages: object, **more: Any) -> dict[str, Any]:
    return packed(json.dumps(log_message(*messages, **more)).encode())


def eventbridge(
    detail: object = RECORDS[0], detail_type: str = DETAIL_TYPES[0], **more: Any
) -> dict[str, Any]:
    return {
        "version": "0",
        "id": "6f1d2b0a",
        "detail-type": detail_type,
        "source": "aws.ec2",
        "account": "444455556666",
        "time": "2026-03-02T09:00:00Z",
        "region": "eu-west-1",
        "resources": [],
        "detail": detail,
        **more,
    }


def opened(items: Iterable[object]) -> list[Any]:
    """Take batches apart, so that there is a record for each record."""
    return [record for item in items for record in (item.records() if isinstance(item, Batch) else [item])]


def take(payload: Any, **options: Any) -> list[Any]:
    return opened(decode(payload, Origin.at("file"), **options))


def bodies(items: Iterable[object]) -> list[Any]:
    return [json.loads(bytes(item.raw)) for item in items if isinstance(item, Record)]


def places(items: Iterable[object]) -> list[str]:
    return [item.place for item in items if isinstance(item, Record)]


def failures(items: Iterable[object]) -> list[DecodeFailure]:
    return [item for item in items if isinstance(item, DecodeFailure)]


def cut(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)] or [b""]


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


WHOLE = {
    "log file": LOG_FILE,
    "gzipped log file": log_file(EVENTS),
    "log file with a byte order mark": BOM + LOG_FILE,
    "pretty-printed log file": json.dumps({"Records": RECORDS}, indent=2).encode(),
    "log file of a record a line": b'{"Records": [\n' + b",\n".join(TEXTS) + b"\n]}\n",
    "log file with more in it": b'{"x": ["Records"], ' + LOG_FILE[1:-1] + b', "y": {"Records": 1}}',
    "log files in a row": log_file(EVENTS[:1]) + log_file(EVENTS[1:]),
    "array": b"[" + b",".join(TEXTS) + b"]",
    "pretty-printed array": json.dumps(RECORDS, indent=1).encode(),
    "JSON Lines": b"\n".join(TEXTS),
    "JSON Lines that end in a new line": b"\n".join(TEXTS) + b"\n",
    "JSON Lines with blank lines": b"\n\n" + b"\n \n\n".join(TEXTS) + b"\n\n",
    "JSON Lines with carriage returns": b"\r\n".join(TEXTS) + b"\r\n",
    "JSON Lines with a byte order mark": BOM + b"\n".join(TEXTS),
    "JSON Lines of log files": LOG_FILE.replace(TEXTS[2], b"").replace(b", ]", b"]") + b"\n" + TEXTS[2],
    "values in a row": b"".join(TEXTS),
    "pretty-printed values in a row": b"\n".join(json.dumps(record, indent=2).encode() for record in RECORDS),
    "subscription": json.dumps(subscription(*map(json.dumps, RECORDS))).encode(),
    "subscription's content": json.dumps(log_message(*map(json.dumps, RECORDS))).encode(),
    "subscriptions in a row": b"".join(
        json.dumps(log_message(json.dumps(record))).encode() for record in RECORDS
    ),
    "lines of EventBridge": b"\n".join(json.dumps(eventbridge(record)).encode() for record in RECORDS),
}

DAMAGED = {
    "nothing": b"",
    "gzip cut off": log_file(EVENTS)[:-40],
    "gzip without its checksum": log_file(EVENTS)[:-8],
    "gzip with a wrong checksum": log_file(EVENTS)[:-5] + b"!" + log_file(EVENTS)[-4:],
    "gzipped lines cut off": gzip.compress(b"\n".join(TEXTS))[:-40],
    "gzipped lines cut off between lines": gzip.compress(b"\n".join(TEXTS) + b"\n")[:-8],
    "gzipped values cut off between values": gzip.compress(b"".join(TEXTS))[:-8],
    "log file cut off in a record": LOG_FILE[:-200],
    "log file cut off in a text": LOG_FILE[: LOG_FILE.index(b"Statement")],
    "log file cut off between records": LOG_FILE[: LOG_FILE.index(TEXTS[2])],
    "log file of a record a line, cut off": b'{"Records": [\n' + b",\n".join(TEXTS) + b",\n",
    "bad line": TEXTS[0] + b"\nSTART RequestId\n" + TEXTS[1],
    "line cut off": TEXTS[0] + b"\n" + TEXTS[1][:-10],
    "value cut off": TEXTS[0] + TEXTS[1][:-10],
    "NaN": LOG_FILE.replace(b'"1.08"', b"NaN"),
    "no JSON": b"START RequestId: 6f1d2b0a\n",
}


@pytest.mark.parametrize("payload", WHOLE.values(), ids=WHOLE.keys())
def test_every_record_comes_back(payload: bytes) -> None:
    """Whatever it is wrapped in: as many records as went in, in order, and nothing else."""
    items = take(payload)

    assert bodies(items) == RECORDS
    assert len(items) == len(RECORDS)


@pytest.mark.parametrize("shape", [shape for shape in WHOLE if WHOLE[shape][:1] != b"\x1f"])
def test_gzipped_or_not_is_the_same(shape: str) -> None:
    assert take(gzip.compress(WHOLE[shape])) == take(WHOLE[shape])


@pytest.mark.parametrize("size", [1, 7, 1000])
@pytest.mark.parametrize("payload", (WHOLE | DAMAGED).values(), ids=(WHOLE | DAMAGED).keys())
def test_chunks_are_the_same_as_one(payload: bytes, size: int) -> None:
    """How a source happens to read changes nothing, not even what failures say."""
    assert opened(decode_stream(cut(payload, size), Origin.at("file"))) == take(payload)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("log file", ["file > record 1", "file > record 2", "file > record 3"]),
        ("array", ["file > record 1", "file > record 2", "file > record 3"]),
        ("JSON Lines", ["file > line 1", "file > line 2", "file > line 3"]),
        ("JSON Lines with blank lines", ["file > line 3", "file > line 6", "file > line 9"]),
        (
            "JSON Lines of log files",
            ["file > line 1 > record 1", "file > line 1 > record 2", "file > line 2"],
        ),
        ("values in a row", ["file > value 1", "file > value 2", "file > value 3"]),
        (
            "log files in a row",
            ["file > value 1 > record 1", "file > value 2 > record 1", "file > value 2 > record 2"],
        ),
        (
            "subscription's content",
            [
                f"file > cloudwatch logs CloudTrail/all:111122223333_CloudTrail_eu-west-1 > log event {n}"
                for n in (1, 2, 3)
            ],
        ),
        ("lines of EventBridge", [f"file > line {n} > eventbridge 6f1d2b0a" for n in (1, 2, 3)]),
    ],
)
def test_origin_is_a_path_that_a_person_can_follow(shape: str, expected: list[str]) -> None:
    assert places(take(WHOLE[shape])) == expected


def test_one_record_is_taken_as_it_is() -> None:
    """It is the only one, so its origin says no number."""
    (record,) = take(TEXTS[0])

    assert (bytes(record.raw), record.place) == (TEXTS[0], "file")


def test_log_file_is_not_taken_apart_before_anybody_asks() -> None:
    """Only the two routing fields of each record are read."""
    (batch,) = decode(LOG_FILE)

    assert isinstance(batch, Batch)
    assert [(head.event_source, head.event_name) for head in batch.heads] == [
        (event.event_source, event.event_name) for event in EVENTS
    ]


@pytest.mark.parametrize("payload", [{"Records": RECORDS}, RECORDS, subscription(*map(json.dumps, RECORDS))])
def test_lambda_passes_objects(payload: Any) -> None:
    """Lambda has parsed the event already; text and bytes of it are the same."""
    text = json.dumps(payload)

    assert bodies(take(payload)) == bodies(take(text)) == bodies(take(bytearray(text, "utf-8"))) == RECORDS


def test_no_origin_reads_payload() -> None:
    assert places(opened(decode(TEXTS[0]))) == ["payload"]
    assert places(opened(decode(LOG_FILE)))[0] == "record 1"


# CloudWatch Logs


@pytest.mark.parametrize("odd", ["START RequestId: 1", '{"cut": "off [Truncated...]', "{}", "7", "null"])
def test_log_event_that_is_no_event_fails_alone(odd: str) -> None:
    """A plain line among the records fails; its neighbours do not."""
    items = take(subscription(json.dumps(RECORDS[0]), odd, json.dumps(RECORDS[1])))

    assert bodies([items[0], items[2]]) == RECORDS[:2]
    assert [failure.data for failure in failures(items)] == [odd.encode()]
    assert failures(items)[0].origin.endswith("> log event 2")


@pytest.mark.parametrize("odd", [{"id": "7"}, {"message": None}, {"message": {"eventName": "x"}}, 7, None])
def test_log_event_without_a_message_fails_alone(odd: object) -> None:
    message = log_message(json.dumps(RECORDS[0]), json.dumps(RECORDS[1]))
    message["logEvents"].insert(1, odd)

    items = take(packed(json.dumps(message).encode()))

    assert bodies(items) == RECORDS[:2]
    assert [failure.origin for failure in failures(items)] == [
        "file > cloudwatch logs CloudTrail/all:111122223333_CloudTrail_eu-west-1 > log event 2"
    ]


def test_control_message_is_ignored() -> None:
    """CloudWatch Logs checks that a destination is alive; that is no event and no failure."""
    check = "CWL CONTROL MESSAGE: Checking health of destination Firehose."

    (item,) = take(subscription(check, messageType="CONTROL_MESSAGE", logGroup="", logStream=""))

    assert isinstance(item, Ignored)
    assert "control message" in item.reason


def test_other_keys_of_a_subscription_are_none_of_our_business() -> None:
    """AWS adds keys without asking; nothing but the log events is needed."""
    message = {"policyLevel": "ACCOUNT_LEVEL_POLICY", "logEvents": [{"message": json.dumps(RECORDS[0])}]}

    assert bodies(take(packed(json.dumps(message).encode()))) == RECORDS[:1]


def test_log_owner_is_the_account_of_records_that_name_none() -> None:
    items = take(subscription(json.dumps(RECORDS[0])))

    assert [item.account_id for item in items] == ["111122223333"]


@pytest.mark.parametrize(
    "data", ["no base64!", "é", 7, None, {}, base64.b64encode(gzip.compress(LOG_FILE)[:20]).decode(), ""]
)
def test_subscription_that_cannot_be_unpacked_is_a_failure(data: object) -> None:
    items = take({"awslogs": {"data": data}})

    assert [type(item) for item in items] == [DecodeFailure]
    assert items[0].origin.startswith("file")


def test_subscription_that_was_unpacked_on_the_way_is_taken() -> None:
    """Some pipelines gunzip before they pass on."""
    plain = base64.b64encode(json.dumps(log_message(json.dumps(RECORDS[0]))).encode()).decode()

    assert bodies(take({"awslogs": {"data": plain}})) == RECORDS[:1]


# EventBridge


@pytest.mark.parametrize("detail_type", DETAIL_TYPES)
def test_all_detail_types_of_cloudtrail_are_taken(detail_type: str) -> None:
    """Docs and deployed rules spell the sign-in differently, and new types come without notice."""
    (record,) = take(eventbridge(detail_type=detail_type))

    assert (bodies([record]), record.place) == (RECORDS[:1], "file > eventbridge 6f1d2b0a")
    assert record.account_id == "444455556666"


@pytest.mark.parametrize(
    "detail_type", ["EC2 Instance State-change Notification", "Scheduled Event", "via CloudTrail Lake", ""]
)
def test_other_detail_types_are_unsupported(detail_type: str) -> None:
    """An empty success would say that somebody had looked."""
    with pytest.raises(UnsupportedEvent, match="EventBridge"):
        take(eventbridge(detail_type=detail_type))


def test_detail_may_be_text() -> None:
    assert bodies(take(eventbridge(json.dumps(RECORDS[1])))) == [RECORDS[1]]


@pytest.mark.parametrize("field", ["id", "account"])
def test_envelope_without_what_is_not_needed(field: str) -> None:
    """Hand-made test events leave out nearly everything."""
    event = {key: value for key, value in eventbridge().items() if key != field}

    assert bodies(take(event)) == RECORDS[:1]


@pytest.mark.parametrize("odd", [{"detail-type": 7}, {"detail-type": None}])
def test_oddly_typed_envelope_is_a_failure(odd: dict[str, Any]) -> None:
    items = take(eventbridge() | odd)

    assert [failure.origin for failure in failures(items)] == ["file > eventbridge"]
    assert len(items) == 1


# What holds no event, and what nobody knows


def test_digest_is_ignored() -> None:
    """Digest files lie beside the logs; refusing them made queues deliver them for ever."""
    digest = {"awsAccountId": "111122223333", "digestS3Bucket": "trail", "logFiles": []}

    (item,) = take(gzip.compress(json.dumps(digest).encode()))

    assert isinstance(item, Ignored)
    assert "digest" in item.reason


@pytest.mark.parametrize("payload", [b'{"Records": []}', b'{"Records": null}', b"[]"])
def test_no_records_is_nothing(payload: bytes) -> None:
    assert take(payload) == []


@pytest.mark.parametrize("payload", [b"", b" \r\n\t ", gzip.compress(b""), ""])
def test_empty_input_is_a_failure(payload: bytes | str) -> None:
    """Nothing is not the same as no records: somebody wanted to say something."""
    assert [(item.origin, item.error) for item in take(payload)] == [("file", "empty")]


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"hello": "world"},
        {"records": RECORDS},
        {"Records": {}},
        {"Records": "secret"},
        {"Records": 7},
        {"detail": RECORDS[0]},
        {"Records": [{"eventSource": "aws:dynamodb", "dynamodb": {}}]},
        {"invocationId": "1", "applicationArn": "arn:aws:kinesisanalytics:", "records": []},
        {"messageType": "Greeting", "text": "hello"},
        {"Event": "s3:SomethingElse", "Bucket": "amzn-s3-demo-bucket"},
        "null",
        "7",
        '"secret"',
        "true",
    ],
    ids=lambda payload: str(payload)[:40],
)
def test_unknown_shape_is_refused_with_those_that_are_known(payload: Any) -> None:
    """Never an empty success: SQS would delete the messages."""
    with pytest.raises(UnsupportedEvent) as refusal:
        take(payload)

    assert refusal.value.origin == "file"
    assert refusal.value.shapes
    assert all(shape in str(refusal.value) for shape in refusal.value.shapes)
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("sender", ["aws:dynamodb", "aws:kafka", "aws:sqs2"])
def test_lambda_event_of_others_is_named_by_its_sender(sender: str) -> None:
    with pytest.raises(UnsupportedEvent, match=sender):
        take({"Records": [{"eventSource": sender}]})


def test_cloudtrail_of_s3_is_no_s3_event() -> None:
    """Both come as ``Records`` with an ``eventSource``; S3's own begins with ``aws:``."""
    record = cloudtrail_event("s3:PutObject").raw

    assert bodies(take({"Records": [record]})) == [record]


@pytest.mark.parametrize("payload", [{"a": object()}, {"a": {1, 2}.__iter__()}, {("a", "b"): 1}])
def test_object_that_is_no_json_is_unsupported(payload: Any) -> None:
    with pytest.raises(UnsupportedEvent, match="not JSON"):
        take(payload)


def test_object_that_holds_itself_is_unsupported() -> None:
    loop: dict[str, Any] = {}
    loop["Records"] = [loop]

    with pytest.raises(UnsupportedEvent, match="not JSON"):
        take(loop)


def test_unknown_shape_among_others_fails_alone() -> None:
    """In a line, an array or a row of values there are neighbours to be judged."""
    for payload in (
        b"\n".join([TEXTS[0], b'{"hello": 1}', TEXTS[1]]),
        b"[" + b",".join([TEXTS[0], b'{"hello": 1}', TEXTS[1]]) + b"]",
        TEXTS[0] + b'{"hello": 1}' + TEXTS[1],
    ):
        items = take(payload)

        assert bodies(items) == RECORDS[:2]
        assert [failure.data for failure in failures(items)] == [b'{"hello": 1}']


# Damage


@pytest.mark.parametrize("payload", [log_file(EVENTS)[:-8], DAMAGED["gzip with a wrong checksum"]])
def test_damage_at_the_end_is_told_after_all_records(payload: bytes) -> None:
    """Everything could be read, but nobody can tell whether it was everything."""
    *records, failure = take(payload)

    assert bodies(records) == RECORDS
    assert failure.origin == "file"
    assert "gzip" in failure.error


@pytest.mark.parametrize(
    "payload",
    {
        "lines": b"\n".join(TEXTS) + b"\n",
        "last line open": b"\n".join(TEXTS),
        "blank line first": b"\n" + b"\n".join(TEXTS) + b"\n",
        "mark first": BOM + b"\n".join(TEXTS) + b"\n",
        "values": b"".join(TEXTS),
        "array": b"[" + b",".join(TEXTS) + b"]",
        "log file": LOG_FILE,
        "log file but for its last bracket": LOG_FILE[:-1],
    }.items(),
    ids=lambda payload: payload[0],
)
def test_gzip_that_breaks_off_is_told_wherever_it_does(payload: tuple[str, bytes]) -> None:
    """Even right after a record, when what is there looks complete."""
    *records, failure = take(gzip.compress(payload[1])[:-8])

    assert bodies(records) == RECORDS
    assert isinstance(failure, DecodeFailure)
    assert "breaks off" in failure.error


def test_gzip_cut_off_in_the_middle_gives_what_it_held() -> None:
    many = [cloudtrail_event("ec2:RunInstances", source_ip=f"198.51.100.{n}").raw for n in range(200)]
    whole = gzip.compress(json.dumps({"Records": many}).encode())

    items = take(whole[: len(whole) // 2])

    assert 0 < len(bodies(items)) < len(many)
    assert bodies(items) == many[: len(bodies(items))]
    assert [("breaks off" in failure.error) for failure in failures(items)] == [True]


@pytest.mark.parametrize("layout", ["log file", "pretty-printed log file", "log file of a record a line"])
def test_log_file_cut_off_gives_every_record_before_the_cut(layout: str) -> None:
    """And one failure with the rest of it."""
    whole = WHOLE[layout]
    end = whole.index(b"SharedSnapshotVolumeCreated")

    items = take(whole[:end])

    assert bodies(items) == RECORDS[:2]
    assert [failure.origin for failure in failures(items)] == ["file > record 3"]
    assert whole[:end].endswith(failures(items)[0].data)


def test_cut_in_a_text_with_brackets_is_one_failure() -> None:
    """Text that broke off is not taken for structure."""
    for length in range(1, len(TEXTS[1])):
        items = take(b'{"Records":[' + TEXTS[0] + b"," + TEXTS[1][:length])

        assert bodies(items[:1]) == RECORDS[:1]
        assert [type(item) for item in items] == [Record, DecodeFailure], TEXTS[1][:length]


@pytest.mark.parametrize("layout", ["log file", "pretty-printed log file", "log file of a record a line"])
@pytest.mark.parametrize("bad", [b"NaN", b"01", b'"x",', b"+1", b"\xff"])
def test_bad_record_costs_its_file_nothing(layout: str, bad: bytes) -> None:
    """What is wrong with one record stays with it; which record it is can be told."""
    items = take(WHOLE[layout].replace(b'"1.08"', bad))

    assert bodies(items[:2]) == RECORDS[:2]
    assert len(items) == 3
    assert (items[2].place if isinstance(items[2], Record) else items[2].origin) == "file > record 3"


def test_comma_too_many_in_the_array_costs_nothing() -> None:
    items = take(LOG_FILE[:-2] + b",]}")

    assert bodies(items) == RECORDS
    assert len(items) == 3


@pytest.mark.parametrize("odd", [rb"\ud800", rb"\udc00!", b"\xff", b"\xed\xa0\x80"])
def test_text_that_is_none_leaves_the_neighbours_alone(odd: bytes) -> None:
    """A lone surrogate, invalid UTF-8: three records come back, two of them untouched."""
    for field in (b'"eventName": "SharedSnapshot', b'"awsRegion": "us-east'):
        before, _, after = LOG_FILE.rpartition(field)
        items = take(before + field + odd + after)

        assert bodies(items[:2]) == RECORDS[:2]
        assert [item.place.removesuffix(" (repaired)") for item in items] == [
            "file > record 1",
            "file > record 2",
            "file > record 3",
        ]


def test_repaired_document_says_so() -> None:
    """Who reads the verdict should know that what they see is not quite what was sent."""
    (record,) = take(TEXTS[0].replace(b'"awsRegion": "us-east-1"', b'"awsRegion": "us\teast\0"'))

    assert json.loads(bytes(record.raw)) == RECORDS[0] | {"awsRegion": "us\teast\0"}
    assert record.place == "file (repaired)"


def test_bad_line_leaves_its_neighbours_alone() -> None:
    items = take(b"\n".join([TEXTS[0], b"START RequestId", TEXTS[1], TEXTS[2][:-5], TEXTS[2]]))

    assert bodies(items) == RECORDS
    assert [(failure.origin, failure.data) for failure in failures(items)] == [
        ("file > line 2", b"START RequestId"),
        ("file > line 4", TEXTS[2][:-5]),
    ]


@pytest.mark.parametrize(
    "bad", [b"START RequestId", b"{", b'{"a": ', b"null", b"7", b'"text"', b"[7]", b'{"Records": {}}', b"{}"]
)
def test_bad_first_line_leaves_the_others_alone(bad: bytes) -> None:
    """A line that is JSON but no event is no reason to refuse the lines after it."""
    items = take(b"\n".join([bad, *TEXTS]))

    assert bodies(items) == RECORDS
    assert [failure.origin for failure in failures(items)] == ["file > line 1"]


def test_failures_never_tell_content() -> None:
    """Logs are read by more people than events; the bytes are kept beside the message."""
    for payload in (b'{"Records": [{"a": "secret"', b'{"eventName": secret}', b'["secret", {"a": "secret}]'):
        told = failures(take(payload))

        assert told
        assert all("secret" not in failure.error for failure in told)
        assert any(b"secret" in failure.data for failure in told)


@pytest.mark.parametrize(
    "payload",
    [nested(100_000), b"[" * 100_000, b'{"a":' * 100_000, b'{"x":' + nested(100_000) + b"}"],
    ids=["closed", "open", "objects", "object around"],
)
def test_endless_nesting_is_a_failure(payload: bytes) -> None:
    assert [type(item) for item in take(payload)] == [DecodeFailure]


def test_endlessly_nested_record_leaves_its_neighbours_alone() -> None:
    deep = b'{"eventName": "x", "requestParameters": ' + nested(100_000) + b"}"

    items = take(b'{"Records": [' + b",".join([TEXTS[0], deep, TEXTS[1]]) + b"]}")

    assert bodies([items[0], items[2]]) == RECORDS[:2]
    assert [item.place for item in items] == ["file > record 1", "file > record 2", "file > record 3"]


def test_wrapping_without_end_is_a_failure() -> None:
    """A subscription may carry a subscription, but not for ever."""
    content = TEXTS[0]
    for _ in range(60):
        content = json.dumps(packed(content)).encode()

    assert [type(item) for item in take(content)] == [DecodeFailure]


# How large a payload may be


def test_payload_may_be_as_large_as_allowed() -> None:
    assert bodies(take(LOG_FILE, max_bytes=len(LOG_FILE))) == RECORDS


@pytest.mark.parametrize("payload", [LOG_FILE, gzip.compress(LOG_FILE), gzip.compress(bytes(20_000_000))])
def test_larger_payload_is_a_failure(payload: bytes) -> None:
    """By its inflated size: a bomb is small as it comes."""
    items = take(payload, max_bytes=len(LOG_FILE) - 1)

    assert [failure.origin for failure in failures(items)] == ["file"]
    assert f"larger than {len(LOG_FILE) - 1:,} bytes" in items[-1].error


def test_larger_subscription_is_a_failure() -> None:
    """What is wrapped in a payload counts for as much as the payload."""
    items = take(packed(bytes(20_000_000)), max_bytes=100_000)

    assert [type(item) for item in items] == [DecodeFailure]
    assert "larger than 100,000 bytes" in items[0].error


def test_json_lines_may_be_longer_than_that() -> None:
    """They are judged as they come; no more than a line is held."""
    lines = [text + b"\n" for text in TEXTS]

    items = opened(decode_stream([b"".join(lines[:2]), *lines * 3], max_bytes=2 * max(map(len, lines))))

    assert bodies(items) == RECORDS[:2] + RECORDS * 3


def test_single_line_may_not_be() -> None:
    """A line without end is not read to its end."""
    read = 0

    def chunks() -> Iterable[bytes]:
        nonlocal read
        yield TEXTS[0] + b"\n" + TEXTS[1] + b'\n{"a": "'
        for _ in range(1000):
            read += 1
            yield b"x" * 1000

    items = opened(decode_stream(chunks(), max_bytes=10_000))

    assert bodies(items) == RECORDS[:2]
    assert "larger than 10,000 bytes" in items[-1].error
    assert read < 20


# Whatever comes

ANY_TEXT = st.text(st.sampled_from('{}[]",:\\\n') | st.characters(exclude_categories=()), max_size=6)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT
KEYS = ANY_TEXT | st.sampled_from(
    [
        *("Records", "awslogs", "data", "detail", "detail-type", "logEvents", "message", "messageType"),
        *("owner", "id", "account", "digestS3Bucket", "eventSource", "eventName", "EventSource"),
    ]
)
JSON = st.recursive(
    SCALARS | st.sampled_from([RECORDS[0], DETAIL_TYPES[0], "aws:sqs", TEXTS[0].decode(), packed(TEXTS[0])]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)
OBJECTS = st.lists(
    st.dictionaries(ANY_TEXT, st.recursive(SCALARS, st.lists, max_leaves=4), max_size=3), max_size=4
)
LAYOUTS = {
    "compact": (b'{"Records":[', b",", None, b"]}"),
    "a record a line": (b'{"Records": [\n', b",\n", None, b"\n]}\n"),
    "pretty-printed": (b'{\n  "Records": [\n', b",\n", 2, b"\n  ]\n}"),
    "not the first key": (b'{"a": {"Records": []}, "Records" : [ ', b" , ", None, b' ], "b": "]}"}'),
}


def known(items: Iterable[object]) -> bool:
    return all(isinstance(item, Record | Batch | Ignored | DecodeFailure) for item in items)


@some
@given(st.binary(max_size=60) | st.binary(max_size=60).map(gzip.compress), st.integers(1, 20))
def test_no_bytes_raise(data: bytes, size: int) -> None:
    """Bytes of any kind come to items, or are refused by their shape."""
    with suppress(UnsupportedEvent):
        assert known(decode_stream(cut(data, size)))


@some
@given(JSON)
def test_no_json_raises(value: Any) -> None:
    """As an object and as text; what has the keys of a known shape but not its types, too."""
    for payload in (value, json.dumps(value), f"{json.dumps(value)}\n{json.dumps(value)}\n"):
        if isinstance(payload, str | dict | list):
            with suppress(UnsupportedEvent):
                assert known(opened(decode(payload)))


@some
@given(st.sampled_from([*WHOLE.values()]), st.binary(max_size=4), st.data())
def test_no_damage_raises(payload: bytes, damage: bytes, data: st.DataObject) -> None:
    """A stretch of a good payload is replaced by something else."""
    start = data.draw(st.integers(0, len(payload)))
    end = data.draw(st.integers(start, min(start + 20, len(payload))))

    with suppress(UnsupportedEvent):
        assert known(opened(decode(payload[:start] + damage + payload[end:])))


@settings(some, max_examples=120)
@given(OBJECTS, st.sampled_from([*LAYOUTS]), st.data())
@example([{"a": "]}"}, {"b": '{"c": [{}'}], "compact", None)
@example([{"a": [{}]}, {"b": [{}]}], "pretty-printed", None)
@example([{"a": 1}, {"a": 2}], "a record a line", None)
def test_every_record_before_a_cut_comes_back(
    objects: list[dict[str, Any]], layout: str, data: st.DataObject | None
) -> None:
    """Wherever a log file breaks off; and unless nothing was lost, something says so."""
    start, comma, indent, stop = LAYOUTS[layout]
    parts = [json.dumps(one, indent=indent).encode() for one in objects]
    text = start + comma.join(parts)
    ends = [len(start) + len(comma.join(parts[: n + 1])) for n in range(len(parts))]
    whole = text + stop
    cuts = range(len(start), len(whole)) if data is None else [data.draw(st.integers(0, len(whole) - 1))]
    for length in cuts:
        complete = [part for part, end in zip(parts, ends, strict=True) if end <= length]

        items = take(whole[:length])

        assert [bytes(item.raw) for item in items if isinstance(item, Record)] == complete
        assert len(failures(items)) <= 1
        assert failures(items) or length >= len(text)
