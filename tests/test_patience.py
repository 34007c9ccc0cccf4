"""How long may be waited, and that one notifier never takes the time of another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailguard import Severity, Verdict
from trailguard.channel import Channel, Refusal
from trailguard.notify import Patience, Patient, Undelivered, deliver
from trailguard.verdict import Compliance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trailguard.report import Notice

NOTICES = [
    Verdict(
        id=str(n),
        rule_id="rule",
        compliance=Compliance.NON_COMPLIANT,
        severity=Severity.HIGH,
        title="Title",
        reason="reason",
    )
    for n in range(3)
]


class Time:
    """Passes only where something sleeps or takes it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def patience(self, seconds: float = float("inf"), chance: float = 1.0) -> Patience:
        return Patience(seconds, clock=lambda: self.now, sleep=self.sleep, chance=lambda: chance)


class Quick:
    """Takes everything at once, and keeps how much time it was given."""

    name = "quick"

    def __init__(self) -> None:
        self.given: list[float] = []

    def send(self, notices: Sequence[Notice]) -> None:
        pytest.fail(f"{len(notices)} notices are told without saying how long that may take")

    def send_within(self, notices: Sequence[Notice], patience: Patience) -> None:  # noqa: ARG002
        self.given.append(patience.left)


class Stubborn(Channel[str]):
    """Is told over and over to try again, for as long as there is time."""

    name = "stubborn"
    max_entries = 10
    max_bytes = 1000
    attempts = 1000

    def entry(self, notice: Notice) -> tuple[str, int]:
        return str(notice), 1

    def post(self, entries: Sequence[str]) -> list[Refusal | None]:
        return [Refusal("slow down", again=True)] * len(entries)

    def refusal(self, error: Exception) -> Refusal:
        return Refusal(str(error))


class Plain:
    """Knows nothing of time, and takes as much as it likes."""

    name = "plain"

    def __init__(self, time: Time, seconds: float) -> None:
        self._time, self._seconds = time, seconds

    def send(self, notices: Sequence[Notice]) -> None:  # noqa: ARG002
        self._time.now += self._seconds


# Patience


def test_time_goes_by() -> None:
    time = Time()
    patience = time.patience(10)

    assert (patience.left, patience.is_over) == (10, False)
    time.now += 9.5
    assert (patience.left, patience.is_over) == (0.5, False)
    time.now += 0.5
    assert (patience.left, patience.is_over) == (0, True)
    time.now += 1
    assert (patience.left, patience.is_over) == (-1, True)


@pytest.mark.parametrize("seconds", [0, -1])
def test_no_time_at_all_is_over_at_once(seconds: float) -> None:
    assert Time().patience(seconds).is_over


def test_patience_is_endless_if_nothing_is_said() -> None:
    time = Time()
    patience = time.patience()
    time.now += 1e9

    assert not patience.is_over
    assert patience.wait(0, 86_400)
    assert time.slept == [86_400]
    assert not patience.share(3).is_over


@pytest.mark.parametrize(
    ("attempt", "seconds"), [(0, 0.2), (1, 0.4), (2, 0.8), (6, 12.8), (7, 20), (8, 20), (60, 20)]
)
def test_wait_doubles_with_each_attempt_up_to_twenty_seconds(attempt: int, seconds: float) -> None:
    time = Time()

    assert time.patience().wait(attempt)
    assert time.slept == pytest.approx([seconds])


@given(st.integers(0, 100), st.floats(0, 1))
def test_wait_is_a_share_of_that_by_chance(attempt: int, chance: float) -> None:
    time = Time()

    assert time.patience(chance=chance).wait(attempt)
    assert time.slept == pytest.approx([min(20, 0.2 * 2**attempt) * chance])


@pytest.mark.parametrize(("after", "seconds"), [(0, 0.8), (0.5, 0.8), (0.9, 0.9), (30, 30), (-5, 0.8)])
def test_asked_wait_counts_if_it_is_longer(after: float, seconds: float) -> None:
    """It may be longer than twenty seconds: the other side knows best."""
    time = Time()

    assert time.patience(60).wait(2, after)
    assert time.slept == pytest.approx([seconds])


@pytest.mark.parametrize(
    ("left", "waits"), [(0.81, True), (0.8, False), (0.1, False), (0, False), (-1, False)]
)
def test_nobody_waits_who_has_no_time_afterwards(left: float, *, waits: bool) -> None:
    time = Time()

    assert time.patience(left).wait(2) is waits
    assert time.slept == ([pytest.approx(0.8)] if waits else [])


def test_share_is_of_what_is_left() -> None:
    time = Time()
    patience = time.patience(100)
    time.now += 40

    share = patience.share(3)

    assert share.left == 20
    assert patience.left == 60, "it takes nothing away"
    share.wait(0, 5)
    assert (share.left, patience.left) == (15, 55), "they have one clock, and sleep the same way"


def test_share_of_nothing_is_nothing() -> None:
    assert Time().patience(0).share(2).is_over
    assert Time().patience(-3).share(2).is_over


# Notifiers share the time


@pytest.mark.parametrize("stubborn", [1, 2, 3])
def test_notifier_that_waits_leaves_the_others_their_time(stubborn: int) -> None:
    """Wherever it stands: each has its part of the time, and what one does not use is for the next."""
    time, quick = Time(), Quick()

    reports = deliver(NOTICES, [*(Stubborn() for _ in range(stubborn)), quick], time.patience(60))

    assert [len(report.undelivered) for report in reports] == [3] * stubborn + [0]
    assert {one.error for one in reports[0].undelivered} == {"slow down"}
    assert quick.given[0] >= 60 / (stubborn + 1)
    assert sum(time.slept) <= 60 * stubborn / (stubborn + 1)
    assert sum(time.slept) > 10, "a near miss: it does use what it has"


def test_time_that_is_not_used_is_for_those_who_come_later() -> None:
    time, quick = Time(), Quick()

    deliver(NOTICES, [quick, quick, quick], time.patience(60))

    assert quick.given == [20, 30, 60]


def test_notifier_that_knows_no_time_is_told_all_the_same() -> None:
    """Nobody can stop it; those after it share what is left."""
    time, quick = Time(), Quick()

    reports = deliver(NOTICES, [Plain(time, 40), quick, quick], time.patience(60))

    assert [len(report.delivered) for report in reports] == [3, 3, 3]
    assert quick.given == [10, 20]


def test_nothing_is_lost_where_no_time_is_left() -> None:
    time = Time()

    reports = deliver(NOTICES, [Plain(time, 61), Stubborn(), Plain(time, 1)], time.patience(60))

    assert [len(report.delivered) for report in reports] == [3, 0, 3]
    assert {one.error for one in reports[1].undelivered} == {"there was no time left to deliver it"}


@pytest.mark.parametrize(
    ("notifier", "is_patient"), [(Stubborn(), True), (Quick(), True), (Plain(Time(), 1), False)]
)
def test_notifiers_that_know_time_are_known_by_their_method(notifier: Any, *, is_patient: bool) -> None:
    assert isinstance(notifier, Patient) is is_patient


def test_patient_notifier_that_raises_delivers_nothing_and_stops_nobody() -> None:
    class Broken(Quick):
        name = "broken"

        def send_within(self, notices: Sequence[Notice], patience: Patience) -> None:
            super().send_within(notices, patience)
            raise ConnectionError("down")

    time, quick = Time(), Quick()

    broken, fine = deliver(NOTICES, [Broken(), quick], time.patience(60))

    assert broken.undelivered == tuple(Undelivered(one, "broken", "ConnectionError: down") for one in NOTICES)
    assert (broken.delivered, fine.delivered) == ((), tuple(NOTICES))


def test_nobody_is_told_nothing() -> None:
    quick = Quick()

    assert deliver([], [quick], Time().patience()) == ()
    assert quick.given == []
