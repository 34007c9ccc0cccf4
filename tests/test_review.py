from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trailguard import CloudTrailEvent, Dedup, Severity, Threshold, Verdict, rule
from trailguard.errors import StoreError
from trailguard.report import Counts
from trailguard.review import Review
from trailguard.settings import StandingException
from trailguard.stores.memory import MemoryStore
from trailguard.suppression import Suppressions
from trailguard.verdict import Compliance, RuleFailure, Suppression

if TYPE_CHECKING:
    from trailguard import Rule

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
FAILURE = RuleFailure("counted", "event-1", "ConsoleLogin", "sqs 059f", "KeyError: 'x'")


class Clock:
    """Stands still until somebody moves it."""

    def __init__(self) -> None:
        self.now = NOON.timestamp()

    def __call__(self) -> float:
        return self.now


@rule(
    on="signin:ConsoleLogin",
    severity=Severity.HIGH,
    title="Counted",
    threshold=Threshold(3, within="10m", by="source_ip"),
)
def counted(event: CloudTrailEvent) -> None: ...


@rule(
    on="signin:ConsoleLogin", severity=Severity.HIGH, title="Held back", dedup=Dedup(within="1h", by="region")
)
def held_back(event: CloudTrailEvent) -> None: ...


@rule(
    on="signin:ConsoleLogin",
    severity=Severity.HIGH,
    title="Both",
    threshold=Threshold(2, within="1m"),
    dedup=Dedup(within="1h"),
)
def both(event: CloudTrailEvent) -> None: ...


@rule(on="signin:ConsoleLogin", severity=Severity.HIGH, title="Neither")
def neither(event: CloudTrailEvent) -> None: ...


RULES = (counted, held_back, both, neither)


def verdict(of: Rule, event: str, seconds: float = 0, **changes: Any) -> Verdict:
    return Verdict(
        **{
            "id": f"{of.id} {event}",
            "rule_id": of.id,
            "compliance": Compliance.NON_COMPLIANT,
            "severity": of.severity,
            "title": of.title,
            "reason": "it happened",
            "region": "eu-west-1",
            "source_ip": "198.51.100.7",
            "event_id": event,
            "event_time": NOON + timedelta(seconds=seconds),
            "evidence": {"of": event},
            **changes,
        }
    )


def review(store: MemoryStore | None = None, *exceptions: StandingException, **options: Any) -> Review:
    clock = options.pop("clock", Clock())
    store = MemoryStore(clock=clock) if store is None else store
    return Review(iter(RULES), Suppressions(exceptions), store, clock=clock, **options)


def told(reviewing: Review, *verdicts: Verdict) -> list[str]:
    """Return the events of those that are told."""
    reviewed = map(reviewing.held_back, verdicts)
    return [str(one.event_id) for one in reviewed if one is not None and not one.suppressed]


# Rules that declare nothing, and what is no verdict


def test_what_needs_no_memory_goes_through_as_it_is() -> None:
    """A store is not asked: it may be down."""

    class Unreachable(MemoryStore):
        def claim(self, key: str, owner: str, ttl: float) -> str:
            raise AssertionError((key, owner, ttl))

        def add(self, key: str, member: str, ttl: float) -> int:
            raise AssertionError((key, member, ttl))

    reviewing, counts = review(Unreachable()), Counts()
    for notice in (verdict(neither, "a"), FAILURE):
        counts.add(notice)
        assert reviewing.admit(notice, counts) is notice

    assert (counts.verdicts, counts.rule_failures, counts.suppressed, counts.below) == (
        {Severity.HIGH: 1},
        1,
        0,
        0,
    )


def test_counts_are_corrected() -> None:
    exception = StandingException(rule="*", resource="known", owner="team", reason="known")
    reviewing, counts = review(None, exception), Counts()
    verdicts = [
        *(verdict(counted, event) for event in "abcd"),
        *(verdict(held_back, event) for event in "ef"),
        verdict(neither, "g", resource="known"),
    ]
    for one in verdicts:
        counts.add(one)
        reviewing.admit(one, counts)

    assert (counts.verdicts.total(), counts.suppressed, counts.below) == (2, 2, 3)


# Thresholds


def test_event_that_reaches_the_threshold_is_told_and_no_other() -> None:
    reviewing = review()

    assert told(reviewing, *(verdict(counted, event) for event in "abcdef")) == ["c"]


def test_verdict_says_what_was_counted() -> None:
    reviewing = review()
    assert told(reviewing, verdict(counted, "a"), verdict(counted, "b")) == []

    assert reviewing.held_back(verdict(counted, "c")) == verdict(
        counted,
        "c",
        reason="it happened (3 times within 10m by source_ip)",
        evidence={"of": "c", "threshold": 3, "within": 600},
    )


def test_event_counts_once() -> None:
    """However often it is delivered, and however much the rule finds wrong with it."""
    reviewing = review()
    a, b, c = (verdict(counted, event) for event in "abc")
    another = verdict(counted, "a", id="another resource", resource="other")

    assert told(reviewing, a, a, another, b, a, b, another, a) == []
    assert told(reviewing, c) == ["c"]


def test_different_values_are_counted_where_the_rule_says_so() -> None:
    """Three calls of one kind are one; one call about three resources is three."""

    @rule(
        on="ssm:GetParameters",
        severity=Severity.LOW,
        title="Read",
        threshold=Threshold(3, within="10m", by="actor", distinct="resource"),
    )
    def read(event: CloudTrailEvent) -> None: ...

    reviewing = Review([read], Suppressions(()), MemoryStore())
    alike = [verdict(read, event, resource="one") for event in "abcd"]
    of_one_call = [verdict(read, "e", id=f"e {name}", resource=name) for name in ("two", "three", "four")]

    assert [one.id for one in alike if reviewing.held_back(one)] == []
    (first,) = [found for one in of_one_call if (found := reviewing.held_back(one))]
    assert first.resource == "three"
    assert first.reason.endswith("(3 different values of resource within 10m by actor)")


def test_one_that_was_told_is_told_again_when_it_comes_again() -> None:
    """With the same id; whether it was told is somebody else's to know. The others stay silent."""
    reviewing = review()
    verdicts = [verdict(counted, event) for event in "abcd"]
    assert told(reviewing, *verdicts) == ["c"]

    assert told(reviewing, *verdicts, *reversed(verdicts)) == ["c", "c"]
    assert reviewing.held_back(verdicts[2]) == reviewing.held_back(verdicts[2])


def test_rule_that_finds_two_things_in_the_event_that_reaches_it_tells_one() -> None:
    """That what is counted has happened is one violation."""
    reviewing = review()
    told(reviewing, verdict(counted, "a"), verdict(counted, "b"))

    assert told(reviewing, verdict(counted, "c"), verdict(counted, "c", id="another")) == ["c"]


def test_windows_are_those_of_the_events() -> None:
    """In whatever order they come; what is on two sides of a border does not add up."""
    reviewing = review()

    assert told(reviewing, *(verdict(counted, f"{n}", at) for n, at in enumerate([598, 599, 600, 601]))) == []
    assert told(reviewing, verdict(counted, "late", 0)) == ["late"]
    assert told(reviewing, verdict(counted, "next", 1199)) == ["next"]


def test_other_values_count_apart() -> None:
    reviewing = review()
    addresses = ["198.51.100.7", "203.0.113.9", None]
    events = [
        verdict(counted, f"{address} {n}", source_ip=address) for n in range(4) for address in addresses
    ]

    assert told(reviewing, *events) == [f"{address} 2" for address in addresses]


def test_rules_count_apart() -> None:
    reviewing = review()
    mixed = chain.from_iterable((verdict(counted, event), verdict(held_back, event)) for event in "ab")

    assert told(reviewing, *mixed) == ["a"], "the one that is not counted"
    assert told(reviewing, verdict(counted, "c")) == ["c"]


def test_event_without_an_id_counts_by_what_it_is() -> None:
    reviewing = review()
    unnamed = [verdict(counted, event, event_id=None) for event in "aabbc"]

    assert [bool(reviewing.held_back(one)) for one in unnamed] == [False, False, False, False, True]


def test_event_without_a_time_counts_in_the_window_of_now() -> None:
    clock = Clock()
    reviewing = review(clock=clock)
    timeless = [verdict(counted, event, event_time=None) for event in "abcde"]

    assert told(reviewing, *timeless[:2], verdict(counted, "timed", 1)) == ["timed"]
    clock.now += 600
    assert told(reviewing, *timeless[2:]) == ["e"]


def test_suppressed_verdict_does_not_count() -> None:
    exception = StandingException(rule="counted", resource="scanner", owner="team", reason="known")
    reviewing, counts = review(None, exception), Counts()
    known = [verdict(counted, event, resource="scanner") for event in "abcde"]

    assert {one.suppressed for one in (reviewing.admit(one, counts) for one in known) if one} == {True}
    assert told(reviewing, verdict(counted, "f"), verdict(counted, "g")) == []


def test_event_that_comes_again_for_as_long_as_a_queue_keeps_it_is_told_still() -> None:
    """A topic may be gone over a long weekend; SQS tries for up to 14 days."""
    clock = Clock()
    reviewing = review(clock=clock)
    assert told(reviewing, *(verdict(counted, event) for event in "abc")) == ["c"]

    clock.now += 14 * 86_400
    assert told(reviewing, verdict(counted, "c")) == ["c"]
    assert told(reviewing, verdict(counted, "d")) == []


def test_how_late_an_event_may_be_can_be_said() -> None:
    clock = Clock()
    reviewing = review(clock=clock, late=60)
    assert told(reviewing, verdict(counted, "a"), verdict(counted, "b")) == []

    clock.now += 659
    assert told(reviewing, verdict(counted, "c")) == ["c"]
    clock.now += 1
    assert told(reviewing, verdict(counted, "c"), verdict(counted, "d")) == [], "it begins anew"


def test_function_that_dies_between_counting_and_claiming_loses_nothing() -> None:
    """Nor does one that dies between claiming and telling: its event comes again, or the next one is it."""

    class Killed(BaseException):
        pass

    class Dying(MemoryStore):
        dies = False

        def claim(self, key: str, owner: str, ttl: float) -> str:
            if self.dies:
                raise Killed
            return super().claim(key, owner, ttl)

    store = Dying()
    reviewing = review(store)
    told(reviewing, verdict(counted, "a"), verdict(counted, "b"))
    store.dies = True
    with pytest.raises(Killed):
        reviewing.held_back(verdict(counted, "c"))
    store.dies = False

    assert told(reviewing, verdict(counted, "d")) == ["d"]
    assert told(reviewing, verdict(counted, "c")) == []


@pytest.mark.parametrize("method", ["add", "claim"])
@pytest.mark.parametrize("of", [counted, held_back, both], ids=lambda of: of.id)
def test_store_that_fails_is_an_error(of: Rule, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody may take it for "not yet". Once it works, everything is as if it always had."""
    store = MemoryStore()
    reviewing = review(store)
    events = [verdict(of, event) for event in "abcd"]
    expected = told(review(), *events)

    def fail(*_: object) -> Any:
        raise StoreError("table", "ResourceNotFoundException")

    with monkeypatch.context() as patch:
        patch.setattr(store, method, fail)
        failed = 0
        for one in events:
            try:
                reviewing.admit(one, Counts())
            except StoreError:
                failed += 1
    assert failed, "it was asked"
    assert len(told(reviewing, *events)) == len(expected)


# Held back


def test_first_is_told_at_once_and_the_others_are_held_back() -> None:
    """They say why; nothing else about them changes."""
    reviewing = review()
    a, b = verdict(held_back, "a"), verdict(held_back, "b", 3_599)

    assert reviewing.held_back(a) == a
    reason = "held back: the same as held-back a within 1h by region"
    assert reviewing.held_back(b) == verdict(
        held_back, "b", 3_599, suppressed=True, suppression=Suppression("held-back", reason)
    )
    assert told(reviewing, verdict(held_back, "other", region="us-east-1")) == ["other"]


def test_first_of_the_next_window_says_how_many_were_held_back() -> None:
    reviewing = review()
    told(reviewing, *(verdict(held_back, event) for event in "abcdc"))

    following = reviewing.held_back(verdict(held_back, "e", 3_600))

    assert following == verdict(held_back, "e", 3_600, evidence={"of": "e", "held_back_before": 3})
    assert told(reviewing, verdict(held_back, "f", 3_601)) == []
    third = reviewing.held_back(verdict(held_back, "g", 7_200))
    assert third is not None
    assert third.evidence == {"of": "g", "held_back_before": 1}


def test_quiet_window_is_not_spoken_of() -> None:
    """Nor is what was held back long before."""
    reviewing = review()
    told(reviewing, *(verdict(held_back, event) for event in "ab"))
    lone = verdict(held_back, "c", 7_200)

    assert reviewing.held_back(lone) == lone
    again = verdict(held_back, "d", 10_800)
    assert reviewing.held_back(again) == again


def test_what_comes_again_comes_to_the_same() -> None:
    reviewing = review()
    times = {"a": 0, "b": 1, "c": 2, "d": 3_600, "e": 3_601, "f": 7_200}
    verdicts = [verdict(held_back, event, at) for event, at in times.items()]
    first = [reviewing.held_back(one) for one in verdicts]

    assert told(reviewing, *verdicts) == ["a", "d", "f"]
    for _ in range(2):
        assert [reviewing.held_back(one) for one in reversed(verdicts)] == first[::-1]


def test_what_is_held_back_is_so_for_as_long_as_a_queue_keeps_it() -> None:
    clock = Clock()
    reviewing = review(clock=clock)
    assert told(reviewing, verdict(held_back, "a"), verdict(held_back, "b")) == ["a"]

    clock.now += 14 * 86_400
    assert told(reviewing, verdict(held_back, "b"), verdict(held_back, "a")) == ["a"]


def test_next_window_knows_of_this_one_until_its_end() -> None:
    """However little is remembered beyond."""
    clock = Clock()
    reviewing = review(clock=clock, late=1)
    assert told(reviewing, verdict(held_back, "a"), verdict(held_back, "b")) == ["a"]

    clock.now += 7_199
    following = reviewing.held_back(verdict(held_back, "c", 7_199))
    assert following is not None
    assert following.evidence == {"of": "c", "held_back_before": 1}


def test_two_verdicts_of_one_event_are_two() -> None:
    """A rule that finds two things wrong tells one, and says of the other that it was told."""
    reviewing = review()
    one, other = verdict(held_back, "a"), verdict(held_back, "a", id="other", resource="other")

    assert reviewing.held_back(one) == one
    second = reviewing.held_back(other)
    assert second is not None
    assert second.suppressed


def test_more_are_held_back_than_a_store_counts() -> None:
    """The number is what it can say then."""
    reviewing = review(MemoryStore(max_members=3))
    told(reviewing, *(verdict(held_back, event) for event in "abcdefgh"))

    following = reviewing.held_back(verdict(held_back, "next", 3_600))

    assert following is not None
    assert following.evidence["held_back_before"] == 2


def test_suppressed_verdict_is_nobodys_first() -> None:
    exception = StandingException(rule="held-back", resource="known", owner="team", reason="known")
    reviewing, counts = review(None, exception), Counts()
    reviewing.admit(verdict(held_back, "a", resource="known"), counts)

    assert told(reviewing, verdict(held_back, "b")) == ["b"]


def test_threshold_is_reached_before_anything_is_held_back() -> None:
    """Of those minutes in which it was, the first of an hour is told."""
    reviewing = review()
    minutes = [verdict(both, f"{minute} {n}", 60 * minute) for minute in range(3) for n in range(3)]

    assert told(reviewing, *minutes) == ["0 1"]
    following = [reviewing.held_back(verdict(both, f"next {n}", 3_600)) for n in range(2)]
    assert following[0] is None
    assert following[1] is not None
    assert following[1].evidence == {
        "of": "next 1",
        "threshold": 2,
        "within": 60,
        "held_back_before": 2,
    }


# All of it, in any order


@given(
    st.lists(
        st.tuples(st.sampled_from("abcdefgh"), st.sampled_from([0, 599, 600]), st.sampled_from(["1", "2"])),
        max_size=40,
    )
)
def test_each_window_is_told_once_if_enough_is_in_it(events: list[tuple[str, int, str]]) -> None:
    """Whatever is delivered again, and in whatever order."""
    reviewing = review()
    members: dict[tuple[int, str], set[str]] = {}
    fired: dict[tuple[int, str], set[str]] = {}
    for name, at, address in events:
        event, window = f"{name} {at} {address}", (at // 600, address)
        members.setdefault(window, set()).add(event)
        if reviewing.held_back(verdict(counted, event, at, source_ip=address)):
            fired.setdefault(window, set()).add(event)

    assert set(fired) == {window for window, inside in members.items() if len(inside) >= 3}
    assert all(len(told_of) == 1 for told_of in fired.values())


def test_worse_ones_are_not_the_same() -> None:
    """Whoever is told of the worse alone would hear of neither."""
    reviewing = review()
    low, high = verdict(held_back, "a"), verdict(held_back, "b", severity=Severity.CRITICAL)

    assert reviewing.held_back(low) == low
    assert reviewing.held_back(high) == high


def test_rule_that_counts_further_than_the_store() -> None:
    """It would never be told of anything."""
    with pytest.raises(ValueError, match=r"rule counted counts to \d+, and the store no further than 2"):
        review(MemoryStore(max_members=2))
