"""How long judging JSON Lines takes, one record a line, beside loading each line."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

from figures import Figure, in_turns, ratio
from judging import contents, judge
from trailguard import Engine
from trailguard.rules import BUILTIN_RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inputs import Inputs

__all__ = ["figures"]

GROUP = "json lines"


def figures(inputs: Inputs, rounds: int) -> Iterator[Figure]:
    """Compare judging lines to loading them, and lines in envelopes of EventBridge, too."""
    files = (json.loads(gzip.decompress(file))["Records"] for file in contents(inputs.ten))
    texts = [json.dumps(record, separators=(",", ":")) for records in files for record in records]
    envelope = '{{"version":"0","detail-type":"AWS API Call via CloudTrail","source":"aws.ec2","detail":{}}}'
    yield _compared("records", texts, rounds)
    yield _compared("events of EventBridge", [envelope.format(text) for text in texts], rounds)


def _compared(name: str, texts: list[str], rounds: int) -> Figure:
    data = "\n".join(texts).encode()
    engine = Engine(BUILTIN_RULES)
    counts = judge([data], engine)
    works = {"judge": lambda: judge([data], engine), "load": lambda: _load(data)}
    times = in_turns(rounds, works)
    note = f"{counts.seen:,} lines, {counts.judged / counts.seen:.1%} listened to"
    value = ratio(times["judge"], times["load"])
    return Figure(GROUP, name, value, to="json.loads of each line", note=note)


def _load(data: bytes) -> None:
    for line in data.splitlines():
        json.loads(line)
