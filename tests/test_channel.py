"""The base of the channels, over an API that refuses, raises, takes its time and breaks its word."""

from __future__ import annotations

from collections import Counter
from math import ceil, log2
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailguard import Severity, Verdict
from trailguard.channel import Channel, Refusal
from trailguard.notify import Patience, deliver
from trailguard.record import DecodeFailure
from trailguard.verdict import Compliance

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from trailguard.report import Notice

Answers = list[Refusal | None]

FOR_NOW = Refusal("Throttling: slow down", again=True)
FOR_GOOD = Refusal("InvalidArgument: no")
HOPELESS = Refusal("AccessDenied: never", poison=False)


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


def verdicts(number: int) -> list[Verdict]:
    return [verdict(n) for n in range(number)]


class Refused(Exception):  # noqa: N818  # it is an answer
    """The API refuses a batch as a whole."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.error)
        self.refusal = refusal


class Time:
    """Passes only where something sleeps or takes it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def patience(self, seconds: float = 600, chance: Callable[[], float] = lambda: 1.0) -> Patience:
        return Patience(seconds, clock=lambda: self.now, sleep=self.sleep, chance=chance)


class Api(Channel[str]):
    """A channel whose entries are the ids of verdicts.

    Args:
        answer: says what becomes of a batch, as `Channel.post`; everything is taken, if left out.
        sizes: what entries take of a batch, by id; 1, if it is not there.
    """

    name = "api"
    max_entries = 10

    def __init__(
        self,
        answer: Callable[[Sequence[str]], Any] = lambda entries: [None] * len(entries),
        *,
        max_entries: int = 10,
        max_bytes: int = 1_000_000,
        sizes: dict[str, int] | None = None,
    ) -> None:
        self._answer = answer
        self.max_entries, self.max_bytes = max_entries, max_bytes  # type: ignore[misc]  # as tests need it
        self.sizes = sizes or {}
        self.posts: list[list[str]] = []

    def entry(self, notice: Notice) -> tuple[str, int]:
        if not isinstance(notice, Verdict):
            raise TypeError("only verdicts")
        return notice.id, self.sizes.get(notice.id, 1)

    def post(self, entries: Sequence[str]) -> Answers:
        self.posts.append(list(entries))
        answers: Answers = self._answer(entries)
        return answers

    def refusal(self, error: Exception) -> Refusal:
        return error.refusal if isinstance(error, Refused) else Refusal(f"{type(error).__name__}: {error}")


def told(channel: Channel[Any], notices: Sequence[Notice], patience: Patience) -> dict[str, str]:
    """Deliver notices; return those that were not delivered, by id, with the reason."""
    return {getattr(one.notice, "id", "?"): one.error for one in channel.send_within(notices, patience)}


def refusing(refusal: Refusal, *ids: str) -> Callable[[Sequence[str]], Answers]:
    """Refuse these entries, and take the others."""
    return lambda entries: [refusal if one in ids else None for one in entries]


def raising(refusal: Refusal, *ids: str) -> Callable[[Sequence[str]], Answers]:
    """Refuse the whole of a batch that has one of these entries; every batch, if none are named."""

    def answer(entries: Sequence[str]) -> Answers:
        if not ids or set(ids) & set(entries):
            raise Refused(refusal)
        return [None] * len(entries)

    return answer


def in_turn(*answers: Any) -> Callable[[Sequence[str]], Answers]:
    """Answer each batch as the next one says: a refusal of all of it, or of entries; then take everything."""
    left = list(answers)

    def answer(entries: Sequence[str]) -> Answers:
        now = left.pop(0) if left else None
        if isinstance(now, Refusal):
            raise Refused(now)
        return now or [None] * len(entries)

    return answer


# Batches


@pytest.mark.parametrize(
    ("number", "batches"), [(0, []), (1, [1]), (3, [3]), (4, [3, 1]), (6, [3, 3]), (7, [3, 3, 1])]
)
def test_batches_have_no_more_entries_than_the_api_takes(number: int, batches: list[int]) -> None:
    api = Api(max_entries=3)

    assert told(api, verdicts(number), Time().patience()) == {}
    assert [len(entries) for entries in api.posts] == batches


@pytest.mark.parametrize(
    ("sizes", "batches"),
    [
        ([50, 50], [2]),
        ([50, 51], [1, 1]),
        ([100], [1]),
        ([101], [1]),
        ([1, 500, 1], [1, 1, 1]),
        ([500, 500], [1, 1]),
        ([0, 100, 0], [3]),
        ([99, 1, 1, 99], [2, 2]),
    ],
)
def test_batches_have_no_more_bytes_than_the_api_takes(sizes: list[int], batches: list[int]) -> None:
    """An entry that is too large by itself goes alone: the API has the last word."""
    api = Api(max_bytes=100, sizes={str(n): size for n, size in enumerate(sizes)})

    assert told(api, verdicts(len(sizes)), Time().patience()) == {}
    assert [len(entries) for entries in api.posts] == batches


@given(st.lists(st.integers(0, 150)), st.integers(1, 12), st.integers(1, 100))
def test_every_batch_is_within_both_limits_and_in_order(
    sizes: list[int], max_entries: int, max_bytes: int
) -> None:
    """Where nothing fails, everything is posted once, in order."""
    of = {str(n): size for n, size in enumerate(sizes)}
    api = Api(max_entries=max_entries, max_bytes=max_bytes, sizes=of)

    assert told(api, verdicts(len(sizes)), Time().patience()) == {}
    assert [one for entries in api.posts for one in entries] == list(of)
    for entries in api.posts:
        assert 1 <= len(entries) <= max_entries
        assert len(entries) == 1 or sum(of[one] for one in entries) <= max_bytes


def test_notice_that_cannot_be_written_loses_only_itself() -> None:
    api = Api()
    failure = DecodeFailure("a.json > record 1", "not JSON", b"")

    [undelivered] = api.send_within([verdict(1), failure, verdict(2)], Time().patience())

    assert (undelivered.notice, undelivered.notifier) == (failure, "api")
    assert undelivered.error == "TypeError: only verdicts"
    assert api.posts == [["1", "2"]]


def test_nothing_is_posted_where_nothing_can_be_written() -> None:
    api = Api()

    assert len(api.send([DecodeFailure("a.json", "not JSON", b"")] * 3)) == 3
    assert api.posts == []


# What is refused


def test_entry_that_is_refused_is_undelivered_and_no_other() -> None:
    api = Api(refusing(FOR_GOOD, "1"))

    assert told(api, verdicts(3), Time().patience()) == {"1": FOR_GOOD.error}
    assert api.posts == [["0", "1", "2"]]


def test_entry_that_is_refused_for_now_is_tried_again_alone() -> None:
    api = Api(in_turn([None, FOR_NOW, FOR_GOOD], [FOR_NOW]))
    time = Time()

    assert told(api, verdicts(3), time.patience()) == {"2": FOR_GOOD.error}
    assert api.posts == [["0", "1", "2"], ["1"], ["1"]]
    assert time.slept == [0.2, 0.4]


def test_what_is_refused_for_now_in_several_batches_is_tried_again_in_one() -> None:
    api = Api(in_turn([FOR_NOW, None], [None, FOR_NOW]), max_entries=2)

    assert told(api, verdicts(4), Time().patience()) == {}
    assert api.posts == [["0", "1"], ["2", "3"], ["0", "3"]]


def test_batch_that_is_refused_for_now_is_not_halved() -> None:
    api = Api(in_turn(FOR_NOW))

    assert told(api, verdicts(4), Time().patience()) == {}
    assert api.posts == [["0", "1", "2", "3"]] * 2


def test_what_is_refused_for_now_for_ever_is_undelivered_with_the_reason() -> None:
    api = Api(raising(FOR_NOW))
    time = Time()

    assert told(api, verdicts(2), time.patience()) == dict.fromkeys("01", FOR_NOW.error)
    assert len(api.posts) == api.attempts == 5
    assert len(time.slept) == 4, "nobody waits after the last attempt"


def test_error_that_is_nobodys_fault_is_not_halved() -> None:
    """Permissions do not come with smaller batches. A near miss: the next batch is tried all the same."""
    api = Api(raising(HOPELESS, "1"), max_entries=4)
    time = Time()

    assert told(api, verdicts(8), time.patience()) == dict.fromkeys("0123", HOPELESS.error)
    assert api.posts == [["0", "1", "2", "3"], ["4", "5", "6", "7"]]
    assert time.slept == []


@pytest.mark.parametrize("number", [1, 2, 3, 10])
@pytest.mark.parametrize("error", [ConnectionError("reset"), KeyError("x"), ValueError(""), RecursionError()])
def test_whatever_post_raises_is_the_reason(error: Exception, number: int) -> None:
    def answer(_: Sequence[str]) -> Answers:
        raise error

    undelivered = told(Api(answer), verdicts(number), Time().patience())

    assert undelivered == {str(n): f"{type(error).__name__}: {error}" for n in range(number)}


@pytest.mark.parametrize("answers", [[], [None], [None] * 3, [FOR_NOW] * 3], ids=len)
def test_wrong_number_of_answers_leaves_a_batch_undelivered(answers: Answers) -> None:
    """Nobody knows whose they are. The batch may have been taken, so its halves are not posted again."""
    api = Api(lambda _: answers)

    assert told(api, verdicts(2), Time().patience()) == dict.fromkeys(
        "01", f"{len(answers)} answers to 2 entries"
    )
    assert len(api.posts) == 1


def test_no_answer_at_all_leaves_a_batch_undelivered() -> None:
    api = Api(lambda _: None)

    assert set(told(api, verdicts(2), Time().patience())) == {"0", "1"}


# Halving


@pytest.mark.parametrize("poison", [(), (0,), (999,), (499, 500), (1, 2, 3), tuple(range(0, 1000, 100))])
def test_halving_finds_exactly_the_poison_among_a_thousand(poison: tuple[int, ...]) -> None:
    ids = tuple(map(str, poison))
    api = Api(raising(FOR_GOOD, *ids) if ids else in_turn(), max_entries=1000)

    undelivered = told(api, verdicts(1000), Time().patience())

    assert undelivered == dict.fromkeys(ids, FOR_GOOD.error)
    assert len(api.posts) <= 1 + 2 * len(poison) * ceil(log2(1000))


@given(st.sets(st.integers(0, 63)), st.integers(1, 64))
def test_halving_takes_each_healthy_one_once(poison: set[int], max_entries: int) -> None:
    ids = set(map(str, poison))
    taken: Counter[str] = Counter()

    def answer(entries: Sequence[str]) -> Answers:
        if ids & set(entries):
            raise Refused(FOR_GOOD)
        taken.update(entries)
        return [None] * len(entries)

    api = Api(answer, max_entries=max_entries)

    assert set(told(api, verdicts(64), Time().patience())) == ids
    assert taken == Counter(set(map(str, range(64))) - ids)
    assert len(api.posts) <= ceil(64 / max_entries) + 2 * len(poison) * ceil(log2(max_entries) or 1)


def test_half_that_is_refused_for_now_is_tried_again_whole() -> None:
    api = Api(in_turn(FOR_GOOD, FOR_NOW))

    assert told(api, verdicts(4), Time().patience()) == {}
    assert api.posts == [["0", "1", "2", "3"], ["0", "1"], ["2", "3"], ["0", "1"]]


def test_halving_ends_with_the_time() -> None:
    """What was not posted says so; nothing else is posted."""
    time = Time()

    def answer(_: Sequence[str]) -> Answers:
        time.now += 4
        raise Refused(FOR_GOOD)

    api = Api(answer)

    undelivered = told(api, verdicts(4), time.patience(10))

    assert api.posts == [["0", "1", "2", "3"], ["0", "1"], ["0"]]
    assert undelivered == {"0": FOR_GOOD.error} | dict.fromkeys("123", "there was no time left to deliver it")


# Waiting


def test_waits_double_up_to_twenty_seconds() -> None:
    api = Api(raising(FOR_NOW))
    api.attempts = 10
    time = Time()

    told(api, [verdict()], time.patience())

    assert time.slept == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 20, 20])


def test_each_wait_is_drawn_by_chance_between_nothing_and_the_whole() -> None:
    """Full jitter: many who fail together do not come back together."""
    chances = iter([0.0, 0.5, 1.0, 0.25])
    time = Time()

    told(Api(raising(FOR_NOW)), [verdict()], time.patience(chance=lambda: next(chances)))

    assert time.slept == pytest.approx([0, 0.2, 0.8, 0.4])


def test_no_wait_is_longer_than_the_time_that_is_left() -> None:
    """The reason is the API's: it is what somebody can do something about."""
    api = Api(raising(FOR_NOW))
    time = Time()

    assert told(api, [verdict()], time.patience(1)) == {"0": FOR_NOW.error}
    assert time.slept == pytest.approx([0.2, 0.4]), "0.8 more were too much"
    assert len(api.posts) == 3


def test_api_that_asks_for_a_pause_gets_it_before_anything_else_is_posted() -> None:
    """A webhook that takes a message a second would refuse the rest as well, until attempts run out."""
    asked = Refusal("HTTP 429", again=True, after=1)
    time = Time()
    free_at = time.now

    def answer(entries: Sequence[str]) -> Answers:
        nonlocal free_at
        if time.now < free_at:
            raise Refused(asked)
        free_at = time.now + 1
        return [None] * len(entries)

    api = Api(answer, max_entries=1)

    assert told(api, verdicts(100), time.patience()) == {}
    assert [first for entries in api.posts for first in entries] == ["0"] + [
        str(n) for n in range(1, 100) for _ in range(2)
    ]
    assert time.slept == [1] * 99


def test_longer_one_of_backoff_and_asked_wait_counts() -> None:
    asked = Refusal("HTTP 429", again=True, after=0.7)
    time = Time()

    assert told(Api(raising(asked)), [verdict()], time.patience()) == {"0": "HTTP 429"}
    assert time.slept == pytest.approx([0.7, 0.7, 0.8, 1.6])


def test_longest_one_of_asked_waits_counts() -> None:
    waits = [Refusal("HTTP 429", again=True, after=after) for after in (3, 7, 5)]
    time = Time()

    assert told(Api(in_turn([*waits, None])), verdicts(4), time.patience()) == {}
    assert time.slept == [7]


@pytest.mark.parametrize("after", [60, 61, 1e12, float("inf")])
@pytest.mark.parametrize("as_a_whole", [True, False])
def test_wait_that_is_longer_than_the_time_left_is_not_begun(after: float, *, as_a_whole: bool) -> None:
    asked = Refusal("HTTP 429", again=True, after=after)
    api = Api(raising(asked) if as_a_whole else refusing(asked, "0", "1"))
    time = Time()

    assert told(api, verdicts(2), time.patience(60)) == dict.fromkeys("01", "HTTP 429")
    assert (time.slept, len(api.posts)) == ([], 1)


def test_wait_that_is_just_short_enough_is_waited() -> None:
    """A near miss of the one before."""
    api = Api(in_turn(Refusal("HTTP 429", again=True, after=59.9)))
    time = Time()

    assert told(api, verdicts(2), time.patience(60)) == {}
    assert time.slept == [59.9]


def test_endless_wait_of_one_does_not_take_the_others_attempts() -> None:
    asked = Refusal("come tomorrow", again=True, after=86_400)
    api = Api(in_turn([asked, FOR_NOW, None]))

    assert told(api, verdicts(3), Time().patience()) == {"0": "come tomorrow"}
    assert api.posts == [["0", "1", "2"], ["1"]]


def test_nothing_is_posted_where_no_time_is_left() -> None:
    api = Api()

    assert told(api, verdicts(2), Time().patience(0)) == dict.fromkeys(
        "01", "there was no time left to deliver it"
    )
    assert api.posts == []


def test_batches_that_no_time_is_left_for_are_undelivered() -> None:
    """What was posted before is delivered."""
    time = Time()

    def answer(entries: Sequence[str]) -> Answers:
        time.now += 5
        return [None] * len(entries)

    api = Api(answer, max_entries=1)

    assert set(told(api, verdicts(4), time.patience(10))) == {"2", "3"}
    assert api.posts == [["0"], ["1"]]


# Writing anew


class Shortening(Api):
    """Writes what is too large by so many bytes shorter, and takes up to 50."""

    by = 30

    def __init__(self, sizes: dict[str, int], *, as_a_whole: bool = False) -> None:
        super().__init__(sizes=sizes)
        self._as_a_whole = as_a_whole

    def rewritten(self, notice: Notice, refusal: Refusal) -> tuple[str, int] | None:
        assert isinstance(notice, Verdict)
        assert refusal.error == FOR_GOOD.error
        self.sizes[notice.id] -= self.by
        return self.entry(notice)

    def post(self, entries: Sequence[str]) -> Answers:
        self.posts.append(list(entries))
        answers = [FOR_GOOD if self.sizes[one] > 50 else None for one in entries]
        if self._as_a_whole and any(answers):
            raise Refused(FOR_GOOD)
        return answers


def test_what_is_refused_for_its_size_is_written_anew() -> None:
    api = Shortening({"0": 70, "1": 50, "2": 80})

    assert told(api, verdicts(3), Time().patience()) == {}
    assert api.posts == [["0", "1", "2"], ["0", "2"]]


def test_what_makes_a_batch_refused_is_found_and_written_anew() -> None:
    api = Shortening({"0": 10, "1": 50, "2": 80, "3": 10}, as_a_whole=True)

    assert told(api, verdicts(4), Time().patience()) == {}
    assert api.posts == [["0", "1", "2", "3"], ["0", "1"], ["2", "3"], ["2"], ["2"], ["3"]]


def test_what_gets_no_smaller_stays_refused() -> None:
    api = Shortening({"0": 70})
    api.by = 0

    assert told(api, verdicts(1), Time().patience()) == {"0": FOR_GOOD.error}
    assert api.posts == [["0"]]


@pytest.mark.parametrize("refusal", [FOR_NOW, HOPELESS], ids=["for now", "nobody's fault"])
def test_what_is_not_refused_for_itself_is_not_written_anew(refusal: Refusal) -> None:
    """A near miss: less of it would not help. `Shortening` would fail on these."""
    api = Shortening({"0": 10})
    api._answer = in_turn(refusal)
    api.post = lambda entries: Api.post(api, entries)  # type: ignore[method-assign]

    assert set(told(api, verdicts(1), Time().patience())) == ({"0"} if refusal is HOPELESS else set())


# All of it together


class Moody(Api):
    """Does as it likes with each batch, and keeps what it took, and what it took without saying so."""

    moods = ("takes", "answers", "raises", "takes some and raises", "miscounts")

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any], time: Time, **limits: Any) -> None:
        super().__init__(**limits)
        self._draw, self._time = draw, time
        self.taken: Counter[str] = Counter()
        self.taken_in_silence: set[str] = set()

    def entry(self, notice: Notice) -> tuple[str, int]:
        if self._draw(st.integers(0, 19)) == 0:
            raise ValueError("cannot be written")
        return super().entry(notice)

    def rewritten(self, notice: Notice, refusal: Refusal) -> tuple[str, int] | None:  # noqa: ARG002
        assert isinstance(notice, Verdict)
        return self._draw(st.none() | st.tuples(st.just(notice.id), st.integers(0, 60)))

    def post(self, entries: Sequence[str]) -> Answers:
        assert 1 <= len(entries) <= self.max_entries
        self.posts.append(list(entries))
        self._time.now += self._draw(st.sampled_from([0, 0, 0.1, 7]))
        mood = self._draw(st.sampled_from(self.moods))
        answers: Answers = [None] * len(entries)
        if mood == "answers":
            answers = self._draw(st.lists(st.none() | refusals, min_size=len(entries), max_size=len(entries)))
        if mood != "raises":
            self._take([one for one, answer in zip(entries, answers, strict=True) if answer is None], mood)
        if mood.endswith("raises"):
            raise self._draw(st.builds(Refused, refusals) | st.builds(ConnectionError))
        return [*answers, None] if mood == "miscounts" else answers

    def _take(self, entries: list[str], mood: str) -> None:
        if mood == "takes some and raises":
            entries = entries[: self._draw(st.integers(0, len(entries)))]
        self.taken.update(entries)
        if mood not in ("takes", "answers"):
            self.taken_in_silence.update(entries)


refusals = st.builds(
    Refusal,
    st.sampled_from(["no", "not now"]),
    again=st.booleans(),
    after=st.none() | st.sampled_from([0, 0.5, 30, 1e6]),
    poison=st.booleans(),
)


@settings(max_examples=400)
@given(
    st.data(), st.integers(1, 30), st.integers(1, 12), st.integers(1, 100), st.sampled_from([0, 5, 60, 1e5])
)
def test_every_notice_is_delivered_or_undelivered_and_only_once(
    data: st.DataObject, number: int, max_entries: int, max_bytes: int, seconds: float
) -> None:
    """What is said to be delivered was taken; what comes back was not, as far as anybody can know.

    The API gets a notice twice only where it took it and did not say so.
    """
    time = Time()
    sizes = {str(n): data.draw(st.integers(0, 60)) for n in range(number)}
    api = Moody(data.draw, time, max_entries=max_entries, max_bytes=max_bytes, sizes=sizes)
    notices = verdicts(number)

    [report] = deliver(notices, [api], time.patience(seconds))
    delivered = [one.id for one in report.delivered if isinstance(one, Verdict)]
    undelivered = [one.notice.id for one in report.undelivered if isinstance(one.notice, Verdict)]

    assert sorted(delivered + undelivered) == sorted(one.id for one in notices)
    assert set(delivered) <= set(api.taken)
    assert set(undelivered) & set(api.taken) <= api.taken_in_silence
    assert {one for one, times in api.taken.items() if times > 1} <= api.taken_in_silence
    assert all(one.error and one.notifier == "api" for one in report.undelivered)
    assert sum(time.slept) < max(seconds, 0.001), "nobody sleeps beyond the end"


@given(st.data(), st.integers(1, 30), st.integers(1, 12))
def test_nobody_gets_anything_twice_from_an_api_that_says_what_it_took(
    data: st.DataObject, number: int, max_entries: int
) -> None:
    time = Time()
    api = Moody(data.draw, time, max_entries=max_entries)
    api.moods = ("takes", "answers", "raises")

    undelivered = told(api, verdicts(number), time.patience(60))

    assert api.taken == Counter(set(map(str, range(number))) - set(undelivered))


def test_what_the_api_took_before_it_raised_it_gets_again() -> None:
    """Better twice than never: receivers know a verdict by its id."""
    taken: list[str] = []

    def answer(entries: Sequence[str]) -> Answers:
        taken.extend(entries)
        if len(taken) == 2:
            raise Refused(FOR_NOW)
        return [None] * len(entries)

    assert told(Api(answer), verdicts(2), Time().patience()) == {}
    assert taken == ["0", "1", "0", "1"]


def test_same_notice_twice_is_delivered_twice() -> None:
    """A channel does not know better than who hands it notices."""
    api, one = Api(), verdict()

    assert api.send([one, one]) == []
    assert api.posts == [["0", "0"]]
