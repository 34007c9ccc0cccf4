from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from msgspec.structs import replace

from trailguard import Severity, Verdict
from trailguard.errors import StoreError
from trailguard.notify import Undelivered, deliver
from trailguard.once import Once
from trailguard.record import DecodeFailure, ReadFailure
from trailguard.report import DeadLetter
from trailguard.routes import Routed
from trailguard.settings import Route
from trailguard.stores.memory import MemoryStore
from trailguard.testing import RecordingNotifier
from trailguard.verdict import Compliance, RuleFailure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from trailguard.report import Notice

RULE_FAILURE = RuleFailure("rule", "event-1", "RunInstances", "sqs 059f > record 1", "KeyError: 'x'")
DECODE_FAILURE = DecodeFailure("sqs 059f > record 2", "not a JSON object", b"\xff")
READ_FAILURE = ReadFailure("sqs 059f > s3://logs/a.json", "no such key")


def verdict(number: int = 0, **changes: Any) -> Verdict:
    return Verdict(
        **{
            "id": str(number),
            "rule_id": "rule",
            "compliance": Compliance.NON_COMPLIANT,
            "severity": Severity.HIGH,
            "title": "Title",
            "reason": "reason",
            **changes,
        }
    )


class Choosy(RecordingNotifier):
    """Refuses some, in its own way of saying so."""

    name = "choosy"

    def __init__(self, *refused: Notice, says: Callable[[Notice], Notice] = lambda notice: notice) -> None:
        super().__init__()
        self.refused = list(refused)
        self._says = says

    def send(self, notices: Sequence[Notice]) -> Iterable[Undelivered]:  # type: ignore[override]  # it has an answer
        self.notices += [one for one in notices if one not in self.refused]
        return [Undelivered(self._says(one), self.name, "no") for one in notices if one in self.refused]


class Broken(MemoryStore):
    """A store of which some methods fail."""

    def __init__(self, *methods: str) -> None:
        super().__init__()
        for name in methods:
            setattr(self, name, self._fail)

    def _fail(self, *_: object) -> Any:
        raise StoreError("table", "ProvisionedThroughputExceededException: slow down")


def once(notifier: RecordingNotifier, store: MemoryStore | None = None, **options: Any) -> Once:
    return Once(notifier, MemoryStore() if store is None else store, 60, **options)


def undelivered(notifier: Once, *notices: Notice) -> list[Notice]:
    return [one.notice for one in notifier.send(notices)]


def test_verdict_is_told_once() -> None:
    """By its id, whatever else may differ by the way that the event came."""
    kept = RecordingNotifier()
    telling = once(kept)

    for notices in ([verdict(1)], [verdict(1), verdict(2)], [verdict(2, origin="elsewhere")], [verdict(3)]):
        assert telling.send(notices) == []

    assert [one.id for one in kept.verdicts] == ["1", "2", "3"]


@pytest.mark.parametrize("failure", [RULE_FAILURE, DECODE_FAILURE, READ_FAILURE], ids=type)
def test_failure_is_told_once(failure: Notice) -> None:
    """By what it says; one that says something else is another one."""
    kept = RecordingNotifier()
    telling = once(kept)
    other = replace(failure, error="something else")

    for notices in ([failure], [failure, other], [other]):
        assert telling.send(notices) == []

    assert kept.notices == [failure, other]


@pytest.mark.parametrize("kind", [DecodeFailure, DeadLetter])
def test_failures_about_other_bytes_are_others(kind: type[DecodeFailure]) -> None:
    """What comes without a message's id is all at one place."""
    kept = RecordingNotifier()
    telling = once(kept)
    first, second = kind("payload", "not JSON", b"one"), kind("payload", "not JSON", b"two")

    telling.send([first])
    telling.send([second])

    assert kept.notices == [first, second]


def test_same_twice_at_once_is_told_once() -> None:
    """One of the copies is handed over. If it is refused, it comes back: enough to tell it later."""
    copies = [verdict(1, origin="message 1"), verdict(2), verdict(1, origin="message 2")]
    kept, choosy = RecordingNotifier(), Choosy(copies[2])

    (told,) = deliver(copies, [once(kept)])
    assert (list(told.delivered), told.undelivered) == (copies, ())
    assert [one.id for one in kept.verdicts] == ["1", "2"]

    (told,) = deliver(copies, [once(choosy)])
    assert [one.notice for one in told.undelivered] == [copies[2]]
    assert [one.id for one in choosy.verdicts] == ["2"]


def test_what_was_not_delivered_is_told_again_and_nothing_else() -> None:
    choosy = Choosy(verdict(2), RULE_FAILURE)
    telling = once(choosy)
    notices = [verdict(1), verdict(2), verdict(3), RULE_FAILURE, DECODE_FAILURE]

    assert undelivered(telling, *notices) == [verdict(2), RULE_FAILURE]
    choosy.refused.clear()
    assert undelivered(telling, *notices) == []
    assert undelivered(telling, *notices) == []

    assert choosy.notices == [verdict(1), verdict(3), DECODE_FAILURE, verdict(2), RULE_FAILURE]


def test_notifier_that_raises_delivered_nothing() -> None:
    class Raising(RecordingNotifier):
        name = "raising"
        fails = True

        def send(self, notices: Sequence[Notice]) -> None:
            if self.fails:
                raise ConnectionError("down")
            super().send(notices)

    raising = Raising()
    telling = once(raising)

    assert telling.send([verdict(1), verdict(2)]) == [
        Undelivered(verdict(n), "raising", "ConnectionError: down") for n in (1, 2)
    ]
    raising.fails = False
    assert telling.send([verdict(1), verdict(2)]) == []
    assert raising.notices == [verdict(1), verdict(2)]


def test_notifier_may_give_back_copies() -> None:
    """Read back from a queue, say. What comes back is what was handed over, so that its message is found."""

    def copied(notice: Notice) -> Notice:
        return msgspec.json.decode(msgspec.json.encode(notice), type=Verdict)

    choosy = Choosy(verdict(2), says=copied)
    telling = once(choosy)
    notices = [verdict(1), verdict(2)]

    (back,) = telling.send(notices)
    assert back.notice is notices[1]
    choosy.refused.clear()
    telling.send(notices)

    assert [one.id for one in choosy.verdicts] == ["1", "2"]


def test_notifier_that_gives_back_something_else_is_told_everything_again() -> None:
    """Nobody knows what it took."""
    choosy = Choosy(verdict(2), says=lambda _: verdict(9))
    telling = once(choosy)

    assert undelivered(telling, verdict(1), verdict(2)) == [verdict(9)]
    choosy.refused.clear()
    assert undelivered(telling, verdict(1), verdict(2)) == []

    assert [one.id for one in choosy.verdicts] == ["1", "1", "2"]


def test_notifier_that_knows_everything_is_not_bothered() -> None:
    class Counting(RecordingNotifier):
        times = 0

        def send(self, notices: Sequence[Notice]) -> None:
            self.times += 1
            super().send(notices)

    counting = Counting()
    telling = once(counting)
    for _ in range(3):
        telling.send([verdict(1)])

    assert counting.times == 1


# Who knows what


def test_notifiers_of_other_names_do_not_spare_one_another() -> None:
    store = MemoryStore()
    first, second = RecordingNotifier(), RecordingNotifier()

    once(first, store, known_as="1 sns").send([verdict(1), RULE_FAILURE])
    once(second, store, known_as="2 sns").send([verdict(1), RULE_FAILURE])

    assert first.notices == second.notices == [verdict(1), RULE_FAILURE]


def test_notifier_of_the_same_name_goes_on_where_another_process_stopped() -> None:
    store = MemoryStore()
    before, after = RecordingNotifier(), RecordingNotifier()

    once(before, store).send([verdict(1)])
    once(after, store).send([verdict(1), verdict(2)])

    assert after.notices == [verdict(2)]


def test_it_is_called_what_its_notifier_is_called() -> None:
    assert once(Choosy(), known_as="2 choosy").name == "choosy"


def test_memory_ends() -> None:
    now = [1_700_000_000.0]
    kept = RecordingNotifier()
    telling = Once(kept, MemoryStore(clock=lambda: now[0]), 60)
    telling.send([verdict(1)])

    now[0] += 59
    telling.send([verdict(1)])
    assert len(kept.notices) == 1
    now[0] += 1
    telling.send([verdict(1)])
    assert len(kept.notices) == 2


# Stores that fail


@pytest.mark.parametrize("methods", [["known"], ["mark"], ["known", "mark"]], ids=str)
def test_store_that_fails_stops_no_delivery(methods: list[str], caplog: pytest.LogCaptureFixture) -> None:
    """It is told twice then; and whoever reads the log knows why."""
    kept = RecordingNotifier()
    telling = once(kept, Broken(*methods))

    with caplog.at_level(logging.WARNING, "trailguard"):
        assert telling.send([verdict(1)]) == []
        assert telling.send([verdict(1)]) == []

    assert kept.notices == [verdict(1), verdict(1)]
    assert len(caplog.records) == 2 * len(methods)
    assert all("table: ProvisionedThroughputExceeded" in record.message for record in caplog.records)


def test_store_that_fails_does_not_hide_what_was_not_delivered() -> None:
    assert undelivered(once(Choosy(verdict(1)), Broken("known", "mark")), verdict(1), verdict(2)) == [
        verdict(1)
    ]


def test_store_that_breaks_its_word_is_no_delivery() -> None:
    """What is not a `StoreError` is somebody else's mistake: everything comes again, and nothing is lost."""

    class Odd(MemoryStore):
        def mark(self, keys: Iterable[str], ttl: float) -> None:
            raise TypeError(f"{ttl} {keys}")

    kept = RecordingNotifier()

    (told,) = deliver([verdict(1)], [once(kept, Odd())])

    assert told.delivered == ()
    assert [one.notice for one in told.undelivered] == [verdict(1)]


def test_what_is_not_for_a_notifier_is_not_marked_as_told() -> None:
    """So that whoever corrects a route, and has the events delivered again, hears of them."""
    store, kept = MemoryStore(), RecordingNotifier()
    narrow = Once(Routed(kept, Route(min_severity=Severity.CRITICAL)), store, 60, "kept")
    wide = Once(Routed(kept, Route(min_severity=Severity.LOW)), store, 60, "kept")

    assert (narrow.send([verdict()]), kept.notices) == ([], [])
    assert (wide.send([verdict()]), kept.notices) == ([], [verdict()])


def test_same_id_in_another_account_is_another_verdict() -> None:
    kept = RecordingNotifier()
    notices = [verdict(account_id="111122223333"), verdict(account_id="444455556666")]

    Once(kept, MemoryStore(), 60).send(notices)

    assert kept.notices == notices
