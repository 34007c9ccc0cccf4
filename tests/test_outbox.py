"""Who is told what, and of which message it is a problem if that fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from trailguard import Severity, Verdict
from trailguard.notify import Patience, Undelivered
from trailguard.outbox import Owed, settle
from trailguard.record import DecodeFailure, ReadFailure
from trailguard.report import DeadLetter
from trailguard.respond import Fates
from trailguard.testing import RecordingNotifier
from trailguard.verdict import Compliance, RuleFailure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trailguard.report import Notice

UNDECODABLE = DecodeFailure("sqs c", "not JSON", b"\xff")
MISSING = ReadFailure("sqs d > s3://logs/a.json", "no such key")
BUSY = ReadFailure("sqs e > s3://logs/b.json", "SlowDown", transient=True)
BROKEN_RULE = RuleFailure("rule", "event-1", "RunInstances", "sqs f", "KeyError: 'x'")


def verdict(number: int = 0, **changes: Any) -> Verdict:
    return Verdict(
        id=str(number),
        rule_id="rule",
        compliance=Compliance.NON_COMPLIANT,
        severity=Severity.HIGH,
        title="Title",
        reason="reason",
        **changes,
    )


OWED: list[Owed] = [
    (verdict(1), "a"),
    (verdict(2, suppressed=True), "b"),
    (UNDECODABLE, "c"),
    (MISSING, "d"),
    (BUSY, "e"),
    (BROKEN_RULE, "f"),
]


class Refusing(RecordingNotifier):
    """Refuses everything, after a while."""

    def __init__(self, name: str = "refusing", takes: float = 0) -> None:
        super().__init__()
        self.name = name
        self._takes = takes

    def send_within(self, notices: Sequence[Notice], patience: Patience) -> Iterable[Undelivered]:
        self.notices += notices
        while self._takes and patience.wait(0, self._takes):
            pass
        return [Undelivered(one, self.name, "no") for one in notices]


def problems(
    notifiers: Sequence[Any], dead_letter: Any = None, patience: Patience | None = None
) -> dict[str | None, list[str]]:
    fates = Fates()
    settle(OWED, notifiers, dead_letter, fates, patience or Patience())
    return {message_id: fate.problems for message_id, fate in fates.items() if fate.problems}


def test_without_a_dead_letter_what_cannot_be_read_is_told_and_stays_a_problem() -> None:
    """A suppressed verdict is told to nobody, and what may be read next time is nobody's business yet."""
    kept = RecordingNotifier()

    assert problems([kept]) == {
        "c": ["sqs c: not JSON"],
        "d": ["sqs d > s3://logs/a.json: no such key"],
        "e": ["sqs e > s3://logs/b.json: SlowDown"],
    }
    assert kept.notices == [verdict(1), UNDECODABLE, MISSING, BROKEN_RULE]


def test_dead_letter_takes_what_cannot_be_read() -> None:
    """Then it is no problem, but for what may be read next time."""
    kept, dead = RecordingNotifier(), RecordingNotifier()

    assert problems([kept], dead) == {"e": ["sqs e > s3://logs/b.json: SlowDown"]}
    assert kept.notices == [verdict(1), BROKEN_RULE]
    assert dead.notices == [
        DeadLetter("sqs c", "not JSON", b"\xff", "c"),
        DeadLetter("sqs d > s3://logs/a.json", "no such key", b"", "d"),
    ]


@pytest.mark.parametrize("number", [1, 2])
def test_what_is_refused_is_a_problem_of_its_message(number: int) -> None:
    """For each notifier that refused it."""
    notifiers = [RecordingNotifier(), *(Refusing(f"number {n}") for n in range(number))]

    assert problems(notifiers, Refusing("dead")) == {
        "a": [f"notifier number {n}: no" for n in range(number)],
        "c": ["notifier dead: no"],
        "d": ["notifier dead: no"],
        "e": ["sqs e > s3://logs/b.json: SlowDown"],
        "f": [f"notifier number {n}: no" for n in range(number)],
    }


def test_what_a_notifier_makes_up_is_nobodys_problem_and_so_everybodys() -> None:
    """A copy that bears no message's name cannot be found again: the whole invocation is not done."""

    class Inventive(RecordingNotifier):
        def send(self, notices: Sequence[Notice]) -> Iterable[Undelivered]:  # type: ignore[override]  # it has an answer
            return [Undelivered(verdict(9), self.name, f"none of {len(notices)}")]

    assert problems([Inventive()], RecordingNotifier())[None] == ["notifier recording: none of 2"]


def test_nobody_to_tell_is_no_problem() -> None:
    assert set(problems([], None)) == {"c", "d", "e"}


def test_dead_letter_does_not_take_the_time_of_the_notifiers() -> None:
    """One that is down must not keep verdicts from being told, batch after batch."""
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    patience = Patience(30, clock=lambda: now[0], sleep=sleep, chance=lambda: 1.0)
    left: list[float] = []

    class Timing(RecordingNotifier):
        def send_within(self, notices: Sequence[Notice], patience: Patience) -> None:
            left.append(patience.left)
            self.send(notices)

    problems([Timing(), Timing()], Refusing("dead", takes=1), patience)

    assert left == [pytest.approx(10.5, abs=1), pytest.approx(21, abs=2)]
