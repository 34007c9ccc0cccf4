from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from trailguard import Severity, Verdict
from trailguard.message import to_json
from trailguard.notifiers.stream import StreamNotifier
from trailguard.notify import deliver
from trailguard.record import DecodeFailure
from trailguard.verdict import Compliance, RuleFailure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    import pytest

    from trailguard.notify import Notifier, Undelivered
    from trailguard.report import Notice

RULE_FAILURE = RuleFailure("igw-attached", "event-1", "RunInstances", "a.json > record 1", "KeyError: 'x'")
DECODE_FAILURE = DecodeFailure("a.json > record 2", "not a JSON object", b"\xff\x00")


def verdict(reason: str = "why", **changes: Any) -> Verdict:
    return Verdict(
        id="0123456789abcdef0123456789abcdef",
        rule_id="igw-attached",
        compliance=Compliance.NON_COMPLIANT,
        severity=Severity.HIGH,
        title="Internet gateway attached",
        reason=reason,
        **changes,
    )


def told(notices: Sequence[Notice], notifiers: Iterable[Notifier]) -> tuple[Undelivered, ...]:
    """Deliver notices; return what was not delivered."""
    return tuple(one for told in deliver(notices, notifiers) for one in told.undelivered)


def test_writes_a_line_for_each_notice() -> None:
    """In order, verdicts and failures alike."""
    stream = io.StringIO()
    notices: list[Notice] = [verdict(), RULE_FAILURE, verdict("another"), DECODE_FAILURE]

    assert told(notices, [StreamNotifier(stream)]) == ()
    assert stream.getvalue() == "".join(f"{to_json(notice)}\n" for notice in notices)


def test_goes_on_where_it_stopped() -> None:
    """A second delivery overwrites nothing."""
    stream = io.StringIO()
    notifier = StreamNotifier(stream)

    told([verdict("first")], [notifier])
    told([verdict("second")], [notifier])

    assert [json.loads(line)["reason"] for line in stream.getvalue().splitlines()] == ["first", "second"]


def test_line_breaks_in_texts_make_no_lines() -> None:
    """Log services take a line for a record; a forged one must not look like a verdict."""
    stream = io.StringIO()
    forged = 'x\n{"rule_id": "forged"}\r\n\u2028{"rule_id": "forged"}'

    told([verdict(forged, resource=forged)], [StreamNotifier(stream)])

    [line] = stream.getvalue().splitlines()
    assert json.loads(line)["reason"] == forged


def test_standard_output_is_the_default(capsys: pytest.CaptureFixture[str]) -> None:
    """It is looked up when it is written to: it may be another by then, as it is in this test."""
    notifier = StreamNotifier()

    assert told([verdict()], [notifier]) == ()

    captured = capsys.readouterr()
    assert captured.out == to_json(verdict()) + "\n"
    assert captured.err == ""


def test_flushes(tmp_path: Path) -> None:
    """A Lambda function is frozen as soon as it has answered."""
    path = tmp_path / "verdicts.jsonl"
    with path.open("w", encoding="utf-8") as stream:
        told([verdict()], [StreamNotifier(stream)])

        assert path.read_text("utf-8") == to_json(verdict()) + "\n"


def test_stream_that_is_closed_leaves_all_undelivered() -> None:
    stream = io.StringIO()
    stream.close()

    undelivered = told([verdict(), RULE_FAILURE], [StreamNotifier(stream)])

    assert [refused.notice for refused in undelivered] == [verdict(), RULE_FAILURE]
    assert all(refused.notifier == "stream" and "closed file" in refused.error for refused in undelivered)


def test_notice_that_cannot_be_written_does_not_stop_its_neighbours(tmp_path: Path) -> None:
    r"""A lone surrogate, which an attacker can write into a policy as ``\ud800``, is no UTF-8."""
    path = tmp_path / "verdicts.jsonl"
    notices = [verdict("first"), verdict("second", evidence={"sid": "\ud800"}), verdict("third")]
    with path.open("w", encoding="utf-8") as stream:
        told(notices, [StreamNotifier(stream)])

    written = [json.loads(line)["reason"] for line in path.read_text("utf-8").splitlines()]
    assert {"first", "third"} <= set(written)
