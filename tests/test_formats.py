from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from trailguard import Severity, Verdict
from trailguard.formats import writer
from trailguard.message import to_json
from trailguard.notifiers.file import FileNotifier
from trailguard.notifiers.stream import StreamNotifier
from trailguard.record import ReadFailure
from trailguard.verdict import Compliance

if TYPE_CHECKING:
    from pathlib import Path

VERDICT = Verdict(
    id="0" * 32,
    rule_id="bucket-is-public",
    compliance=Compliance.NON_COMPLIANT,
    severity=Severity.HIGH,
    title="Bucket is public",
    reason="everybody may list it",
    event_time=datetime(2026, 1, 1, tzinfo=UTC),
)


def test_own_words_are_the_default() -> None:
    stream = io.StringIO()

    StreamNotifier(stream).send([VERDICT])

    assert stream.getvalue() == f"{to_json(VERDICT)}\n"


def test_ocsf_is_written_where_it_is_asked_for(tmp_path: Path) -> None:
    stream, file = io.StringIO(), tmp_path / "verdicts.jsonl"

    StreamNotifier(stream, schema="ocsf").send([VERDICT])
    FileNotifier(file, schema="ocsf").send([VERDICT])

    assert stream.getvalue() == file.read_text("utf-8")
    event = json.loads(stream.getvalue())
    assert (event["class_uid"], event["finding_info"]["uid"]) == (2003, VERDICT.id)


def test_failure_without_a_time_is_of_now() -> None:
    line = writer("ocsf")(ReadFailure("s3://amzn-s3-demo-bucket/log", "Access Denied"), None)

    assert json.loads(line)["time"] > 1_700_000_000_000


def test_unknown_schema() -> None:
    with pytest.raises(ValueError, match=r"schema is 'asff'; expected 'trailguard' or 'ocsf'"):
        StreamNotifier(schema="asff")
