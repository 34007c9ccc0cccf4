"""How long a warm Lambda function takes: one guard that is handed deliveries, again and again.

Nobody is told anything, and S3 is a dictionary: neither the network nor a channel is what is measured.
"""

from __future__ import annotations

import base64
import gzip
import io
import json
from statistics import median
from typing import TYPE_CHECKING, Any, cast

import traffic
from figures import Figure, in_turns, ratio
from judging import LOADING, contents, load
from trailguard import Engine, Guard
from trailguard.rules import BUILTIN_RULES
from trailguard.testing import Delivery, cloudwatch_logs_event, sqs_event
from trailguard.testing.carriers import BUCKET, s3_record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

    from inputs import Inputs

__all__ = ["figures"]

GROUP = "warm"
EVENTS = 50
SEED = 5
"""Of whose records the usual share, 2 of 50, are listened to."""

PAYLOADS = 100
"""How many times a payload is handled in one go: one alone is too quick to be timed."""

FILES = 1_000


def figures(inputs: Inputs, rounds: int) -> Iterator[Figure]:
    """Compare handling a delivery to loading what it brings."""
    yield _of_cloudwatch_logs(rounds)
    files = (json.loads(gzip.decompress(file)) for file in contents(inputs.ten))
    yield _of_s3([record for file in files for record in file["Records"]], rounds)


class InMemory:
    """An S3 client that serves objects from memory.

    Args:
        objects: their contents, by key.
    """

    def __init__(self, objects: dict[str, bytes]) -> None:
        self._objects = objects

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: ARG002, N803  # boto3's names
        """Return an object, whose body is a stream."""
        return {"Body": io.BytesIO(self._objects[Key])}


def _of_cloudwatch_logs(rounds: int) -> Figure:
    payload = cloudwatch_logs_event(json.dumps(record) for record in traffic.records(EVENTS, SEED))
    guard = Guard(Engine(BUILTIN_RULES))
    handled = guard.handle(payload)["records"]
    works = {
        "handle": lambda: [guard.handle(payload) for _ in range(PAYLOADS)],
        "load": lambda: [_load(payload) for _ in range(PAYLOADS)],
    }
    times = in_turns(rounds, works)
    each = median(times["handle"]) / PAYLOADS * 1e6
    note = f"{handled['judged']} of {handled['seen']} listened to, {each:,.0f} us each"
    name = f"{handled['seen']} events of CloudWatch Logs"
    value = ratio(times["handle"], times["load"])
    return Figure(GROUP, name, value, to="base64 + gunzip + json.loads", note=note)


def _load(payload: Delivery) -> list[Any]:
    """Do what comes first everywhere else; each message is JSON once more."""
    data = json.loads(gzip.decompress(base64.b64decode(payload["awslogs"]["data"])))
    return [json.loads(event["message"]) for event in data["logEvents"]]


def _of_s3(records: list[dict[str, Any]], rounds: int) -> Figure:
    number = min(FILES, len(records))
    files = {f"AWSLogs/{n}.json.gz": traffic.log_file(records[n::number]) for n in range(number)}
    event = sqs_event(
        json.dumps({"Records": [s3_record(BUCKET, key, file, None)]}) for key, file in files.items()
    )
    guard = Guard(Engine(BUILTIN_RULES), s3=cast("S3Client", InMemory(files)))
    assert not guard.handle(event)["batchItemFailures"], "not every file was read"
    works = {"handle": lambda: guard.handle(event), "load": lambda: load(files.values())}
    times = in_turns(rounds, works)
    each = median(times["handle"]) / number * 1e6
    note = f"{len(records):,} records, {each:,.0f} us a file; S3 is a dictionary"
    value = ratio(times["handle"], times["load"])
    return Figure(GROUP, f"{number:,} files in S3, named by SQS", value, to=LOADING, note=note)
