from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from notices import verdict
from trailguard import Verdict
from trailguard.notify import Announcement, Undelivered, deliver
from trailguard.record import DecodeFailure, ReadFailure
from trailguard.verdict import RuleFailure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from trailguard.notify import Notifier
    from trailguard.report import Notice

RULE_FAILURE = RuleFailure("igw-attached", "event-1", "RunInstances", "a.json > record 1", "KeyError: 'x'")
DECODE_FAILURE = DecodeFailure("a.json > record 2", "not a JSON object", b"\xff\x00secret")
READ_FAILURE = ReadFailure("missing", "no such file or folder")
FAILURES = (RULE_FAILURE, DECODE_FAILURE, READ_FAILURE)


def told(notices: Sequence[Notice], notifiers: Iterable[Notifier]) -> tuple[Undelivered, ...]:
    """Deliver notices; return what was not delivered."""
    return tuple(one for told in deliver(notices, notifiers) for one in told.undelivered)


class Kept:
    """Keeps what it is told."""

    def __init__(self, name: str = "kept") -> None:
        self.name = name
        self.notices: list[Notice] = []

    def send(self, notices: Sequence[Notice]) -> Iterable[Undelivered]:
        self.notices += notices
        return ()


class Broken:
    """Raises, whatever it is told."""

    name = "broken"

    def __init__(self, error: Exception) -> None:
        self._error = error

    def send(self, notices: Sequence[Notice]) -> Iterable[Undelivered]:  # noqa: ARG002  # it never gets so far
        raise self._error


class Refusing:
    """Takes every notice but the failures."""

    name = "refusing"

    def send(self, notices: Sequence[Notice]) -> Iterator[Undelivered]:
        for notice in notices:
            if not isinstance(notice, Verdict):
                yield Undelivered(notice, self.name, "no failures, please")


class BreaksOff(Refusing):
    """Refuses what it does not take, and raises in the middle of it."""

    name = "breaks off"

    def send(self, notices: Sequence[Notice]) -> Iterator[Undelivered]:
        yield from super().send(notices)
        raise ConnectionError("reset by peer")


def test_every_notifier_gets_every_notice_in_order() -> None:
    first, second = Kept("first"), Kept("second")
    notices: list[Notice] = [verdict(), *FAILURES]

    assert told(notices, iter([first, second])) == ()
    assert first.notices == second.notices == notices


@pytest.mark.parametrize(
    "error", [ValueError("bad"), ConnectionError("down"), KeyError("x"), RecursionError()]
)
def test_notifier_that_raises_never_stops_another(error: Exception) -> None:
    """Those before and after it get everything; what it raised is the reason for each notice."""
    before, after = Kept("before"), Kept("after")
    notices: list[Notice] = [verdict(), RULE_FAILURE]

    undelivered = told(notices, [before, Broken(error), after])

    assert before.notices == after.notices == notices
    assert undelivered == tuple(
        Undelivered(notice, "broken", f"{type(error).__name__}: {error}") for notice in notices
    )


def test_refused_notices_come_back() -> None:
    """Only those, and the others count as delivered."""
    kept = Kept()

    undelivered = told([verdict(), RULE_FAILURE], [Refusing(), kept])

    assert undelivered == (Undelivered(RULE_FAILURE, "refusing", "no failures, please"),)
    assert kept.notices == [verdict(), RULE_FAILURE]


def test_notifier_that_raises_half_way_reports_each_notice_once() -> None:
    """What it raises counts as: none was delivered. So nothing is reported twice."""
    notices: list[Notice] = [RULE_FAILURE, verdict(), DECODE_FAILURE]

    undelivered = told(notices, [BreaksOff()])

    assert [one.notice for one in undelivered] == notices
    assert {one.error for one in undelivered} == {"ConnectionError: reset by peer"}


def test_nobody_is_bothered_with_nothing() -> None:
    assert told([], [Broken(ValueError("must not be asked"))]) == ()


def test_announcement_is_made_once() -> None:
    """Everything to everyone, in order, by the first call."""
    first, second = Kept("first"), Kept("second")
    announcement = Announcement(FAILURES, iter([first, second]))

    assert (announcement.deliver(), announcement.deliver()) == ((), ())
    assert first.notices == second.notices == [*FAILURES]


def test_announcement_that_is_not_delivered_is_made_again() -> None:
    """To whom it was not, and no more of it than was not."""

    class Busy(Kept):
        """Takes one notice at a time."""

        def send(self, notices: Sequence[Notice]) -> Iterable[Undelivered]:
            super().send(notices[:1])
            return [Undelivered(notice, self.name, "busy") for notice in notices[1:]]

    kept, busy = Kept(), Busy("busy")
    announcement = Announcement(FAILURES, [busy, kept])

    left = [[one.notice for one in announcement.deliver()] for _ in range(4)]

    assert left == [[DECODE_FAILURE, READ_FAILURE], [READ_FAILURE], [], []]
    assert busy.notices == kept.notices == [*FAILURES]


def test_announcement_of_nothing() -> None:
    assert Announcement((), [Broken(ValueError("must not be asked"))]).deliver() == ()


def test_announcement_is_made_once_by_threads_that_start_together() -> None:
    """One of them makes it while it is being made."""

    class Nested(Kept):
        def send(self, notices: Sequence[Notice]) -> Iterable[Undelivered]:
            assert announcement.deliver() == ()
            return super().send(notices)

    nested, kept = Nested(), Kept()
    announcement = Announcement([RULE_FAILURE], [nested, kept])

    assert announcement.deliver() == ()
    assert nested.notices == kept.notices == [RULE_FAILURE]
