"""What all stores promise, in each of them, and in all of them at once against a plain model."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailguard.stores.dynamodb import DynamoDbStore
from trailguard.stores.memory import MemoryStore
from trailguard.stores.sqlite import SqliteStore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mypy_boto3_dynamodb import DynamoDBClient

    from trailguard.stores import Store

    StoreOf = Callable[..., Store]

KINDS = ["memory", "sqlite", "dynamodb"]
SHARED = ["sqlite", "dynamodb"]
HOSTILE = [
    "",
    " ",
    "x" * 100_000,
    "x" * 100_001,
    "\ud800",
    "\udfff",
    "\ud83d\ude00",
    "\N{GRINNING FACE}",
    "?",
    "\x00",
    "\x00\x00",
    "é",
    "e\u0301",
    "'; DROP TABLE entries; --",
    "claim#",
    "pk",
    ":now",
]

THREADS = 8
tests = count()


def at_once(work: Callable[[str], Any]) -> list[Any]:
    """Return what work gives in each of the threads, which begin together; each is told its name."""
    together = Barrier(THREADS)
    interval = sys.getswitchinterval()

    def begin(me: str) -> Any:
        together.wait()
        return work(me)

    sys.setswitchinterval(1e-6)  # else a thread might well be done before the next one begins
    try:
        with ThreadPoolExecutor(THREADS) as pool:
            return list(pool.map(begin, map(str, range(THREADS))))
    finally:
        sys.setswitchinterval(interval)


@pytest.fixture
def store_of(
    request: pytest.FixtureRequest, tmp_path: Path, clock: Any
) -> Callable[..., MemoryStore | SqliteStore | DynamoDbStore]:
    """Return what makes stores of one kind by their options; all share what they keep, but for memory."""
    kind = request.param

    def made(**options: Any) -> MemoryStore | SqliteStore | DynamoDbStore:
        options = {"clock": clock} | options
        if kind == "memory":
            return MemoryStore(**options)
        if kind == "sqlite":
            return SqliteStore(tmp_path / "state.sqlite", **options)
        client: DynamoDBClient = request.getfixturevalue("dynamodb")
        return DynamoDbStore(request.getfixturevalue("table"), client=client, **options)

    return made


@pytest.fixture
def store(store_of: StoreOf) -> Store:
    return store_of()


@pytest.fixture
def key() -> str:
    """Return a key that no other test uses: they share a table."""
    return f"key of test {next(tests)}"


every_store = pytest.mark.parametrize("store_of", KINDS, indirect=True)
shared_stores = pytest.mark.parametrize("store_of", SHARED, indirect=True)


# Claims


@every_store
def test_key_is_held_by_whoever_claims_it_first(store: Store, key: str) -> None:
    assert store.claim(key, "first", 60) == "first"
    assert store.claim(key, "second", 60) == "first"
    assert store.claim(f"{key}!", "second", 60) == "second", "a near miss: another key"


@every_store
def test_same_owner_gets_a_key_again(store: Store, key: str) -> None:
    """So that whoever is delivered again may finish what it began."""
    assert [store.claim(key, "first", 60) for _ in range(3)] == ["first"] * 3


@every_store
def test_claim_is_over_at_its_time(store: Store, clock: Any, key: str) -> None:
    """Nothing has removed it by then: the time decides."""
    store.claim(key, "first", 60)

    clock.now += 59
    assert store.claim(key, "second", 60) == "first"
    clock.now += 1
    assert store.claim(key, "second", 60) == "second"
    assert store.claim(key, "first", 60) == "second"


@every_store
def test_claiming_again_does_not_prolong(store: Store, clock: Any, key: str) -> None:
    """A message that comes back all the time would hold its key for ever."""
    store.claim(key, "first", 60)
    clock.now += 59
    store.claim(key, "first", 60)

    clock.now += 1
    assert store.claim(key, "second", 60) == "second"


@every_store
@pytest.mark.parametrize("owner", [one for one in HOSTILE if len(one) <= 1024] + ["x" * 1024], ids=ascii)
def test_owner_is_told_as_it_was_given(store: Store, key: str, owner: str) -> None:
    store.claim(key, owner, 60)

    assert store.claim(key, "another", 60) == owner


@every_store
def test_owner_that_is_too_long_is_refused(store: Store, key: str) -> None:
    with pytest.raises(ValueError, match=r"the owner has 1,025 characters; expected 1,024 at most"):
        store.claim(key, "x" * 1025, 60)

    assert store.claim(key, "another", 60) == "another", "nothing was held"


# Sets


@every_store
def test_set_counts_different_members(store: Store, key: str) -> None:
    assert [store.add(key, member, 60) for member in ("a", "b", "a", "c", "b")] == [1, 2, 2, 3, 3]
    assert store.add(f"{key}!", "d", 60) == 1, "a near miss: another key"


@every_store
def test_set_is_over_at_its_time(store: Store, clock: Any, key: str) -> None:
    """Later members do not prolong it: it is a window that begins with the first."""
    store.add(key, "a", 60)
    clock.now += 59

    assert store.add(key, "b", 60) == 2
    clock.now += 1
    assert [store.add(key, member, 60) for member in "cba"] == [1, 2, 3]


@every_store
def test_set_stays_at_its_cap(store_of: StoreOf, key: str) -> None:
    store = store_of(max_members=3)

    assert [store.add(key, member, 60) for member in "abcadeb"] == [1, 2, 3, 3, 3, 3, 3]


@every_store
def test_full_set_is_over_at_its_time(store_of: StoreOf, clock: Any, key: str) -> None:
    store = store_of(max_members=2)
    for member in "abc":
        store.add(key, member, 60)

    clock.now += 60
    assert [store.add(key, member, 60) for member in "abc"] == [1, 2, 2]


@shared_stores
def test_lower_cap_holds_for_larger_sets(store_of: StoreOf, key: str) -> None:
    """As while a new version of a function takes over from the old one."""
    for member in "abcd":
        store_of(max_members=4).add(key, member, 60)

    assert [store_of(max_members=3).add(key, member, 60) for member in "ax"] == [3, 3]
    assert store_of(max_members=5).add(key, "x", 60) == 5


@pytest.mark.parametrize("store_of", ["memory", "sqlite"], indirect=True)  # the server takes ten seconds
def test_set_keeps_a_thousand_members_by_default(store: Store, key: str) -> None:
    assert [store.add(key, f"member {n}", 60) for n in range(1_002)] == [*range(1, 1_001), 1_000, 1_000]


@every_store
@pytest.mark.parametrize("cap", [-1, 0, 10_001])
def test_cap_that_makes_no_sense_is_refused(store_of: StoreOf, cap: int) -> None:
    with pytest.raises(ValueError, match=rf"max_members is {cap}; expected 1 to 10,000"):
        store_of(max_members=cap)


@every_store
def test_largest_cap_is_taken(store_of: StoreOf, key: str) -> None:
    assert store_of(max_members=10_000).add(key, "a", 60) == 1


# Marks


@every_store
def test_marked_keys_are_known(store: Store, key: str) -> None:
    store.mark([f"{key} a", f"{key} b"], 60)

    assert store.known([f"{key} a", f"{key} b", f"{key} c"]) == {f"{key} a", f"{key} b"}
    assert store.known([f"{key} c"]) == set()


@every_store
def test_nothing_is_known_of_nothing(store: Store) -> None:
    store.mark([], 60)

    assert store.known([]) == frozenset()


@every_store
def test_mark_is_over_at_its_time(store: Store, clock: Any, key: str) -> None:
    store.mark([key], 60)

    clock.now += 59
    assert store.known([key]) == {key}
    clock.now += 1
    assert store.known([key]) == set()


@every_store
@pytest.mark.parametrize(("again", "known"), [(120, True), (30, False)], ids=["longer", "shorter"])
def test_mark_begins_anew_each_time(store: Store, clock: Any, key: str, again: float, *, known: bool) -> None:
    store.mark([key], 60)
    store.mark([key], again)

    clock.now += 60 if known else 30
    assert store.known([key]) == ({key} if known else set())


@every_store
@pytest.mark.parametrize("number", [25, 26, 100, 101, 250])
def test_many_keys_are_marked_and_known(store: Store, key: str, number: int) -> None:
    """However many go into one request. Some are given twice, and an iterator is as good as a list."""
    keys = [f"{key} {n}" for n in range(number)]

    store.mark(iter([*keys, *keys[:7]]), 60)

    assert store.known(iter([*keys, *keys[:7], "unknown"])) == set(keys)


# All of them


@every_store
def test_kinds_have_nothing_to_do_with_one_another(store: Store, key: str) -> None:
    assert store.known([key]) == set()
    assert store.add(key, "a", 60) == 1
    assert store.known([key]) == set()
    assert store.claim(key, "owner", 60) == "owner"
    store.mark([key], 60)
    assert store.add(key, "b", 60) == 2
    assert store.claim(key, "another", 60) == "owner"
    assert store.known([key]) == {key}


@every_store
def test_hostile_keys_are_told_apart(store: Store, key: str) -> None:
    keys = [f"{key} {hostile}" for hostile in HOSTILE]

    assert [store.claim(one, str(n), 60) for n, one in enumerate(keys)] == [str(n) for n in range(len(keys))]
    assert [store.add(one, "a", 60) for one in keys] == [1] * len(keys)
    store.mark(keys[::2], 60)
    assert store.known(keys) == set(keys[::2])


@every_store
def test_bare_hostile_keys_are_taken(store: Store) -> None:
    """With nothing before them, that is."""
    store.mark(HOSTILE, 60)

    assert store.known(HOSTILE) == set(HOSTILE)


@every_store
def test_hostile_members_are_told_apart(store: Store, key: str) -> None:
    assert [store.add(key, member, 60) for member in HOSTILE] == list(range(1, len(HOSTILE) + 1))


@every_store
@pytest.mark.parametrize("ttl", [0, -1, float("nan"), float("inf"), 1e300, 320_000_000])
def test_time_that_makes_no_sense_is_refused(store: Store, key: str, ttl: float) -> None:
    for use in (
        lambda: store.claim(key, "first", ttl),
        lambda: store.add(key, "a", ttl),
        lambda: store.mark([key], ttl),
        lambda: store.mark([], ttl),
    ):
        with pytest.raises(ValueError, match=r"ttl is .*; expected seconds, above 0 and at most"):
            use()

    assert store.claim(key, "second", 60) == "second", "nothing was kept"
    assert store.add(key, "b", 60) == 1
    assert store.known([key]) == set()


@every_store
def test_ten_years_are_not_too_long(store: Store, clock: Any, key: str) -> None:
    store.mark([key], 10 * 365 * 86_400)

    clock.now += 9 * 366 * 86_400
    assert store.known([key]) == {key}


@every_store
def test_seconds_are_rounded_up(store: Store, clock: Any, key: str) -> None:
    """Never does something live for less than was asked for, nor a second longer."""
    begin = clock.now
    clock.now = begin + 0.75
    store.claim(key, "first", 0.5)
    store.add(key, "a", 0.5)
    store.mark([key], 0.5)

    clock.now = begin + 1.999
    assert (store.claim(key, "second", 9), store.add(key, "b", 9), store.known([key])) == ("first", 2, {key})
    clock.now = begin + 2
    assert (store.claim(key, "second", 9), store.add(key, "b", 9), store.known([key])) == ("second", 1, set())


@every_store
def test_threads_share_a_store(store: Store, key: str) -> None:
    """Each claim has one winner, and each new member the next number."""

    def work(me: str) -> tuple[list[str], list[int]]:
        holders = [store.claim(f"{key} {n}", me, 60) for n in range(20)]
        return holders, [store.add(key, f"{me} {n}", 60) for n in range(20)]

    answers = at_once(work)

    assert {len(set(told)) for told in zip(*(holders for holders, _ in answers), strict=True)} == {1}
    assert sorted(number for _, given in answers for number in given) == list(range(1, THREADS * 20 + 1))


@every_store
def test_threads_begin_anew_together(store: Store, clock: Any, key: str) -> None:
    """What is over is replaced once, and nobody's first member is lost by it."""
    for n in range(10):
        store.claim(f"{key} {n}", "before", 60)
        store.add(f"{key} {n}", "before", 60)
    clock.now += 60

    answers = at_once(
        lambda me: [(store.claim(f"{key} {n}", me, 60), store.add(f"{key} {n}", me, 60)) for n in range(10)]
    )

    for told in zip(*answers, strict=True):
        assert len({holder for holder, _ in told} - {"before"}) == 1
        assert sorted(number for _, number in told) == list(range(1, THREADS + 1))


# Processes

WORKER = """
import json, sys
from trailguard.stores.dynamodb import DynamoDbStore
from trailguard.stores.sqlite import SqliteStore

place, endpoint, me = json.loads(sys.argv[1])
options = {}
if endpoint:
    import boto3
    options["client"] = boto3.client("dynamodb", region_name="eu-west-1", endpoint_url=endpoint,
                                     aws_access_key_id="testing", aws_secret_access_key="testing")
print("ready", flush=True)
sys.stdin.readline()
store = (DynamoDbStore if endpoint else SqliteStore)(place, **options)
print(json.dumps({
    "holders": [store.claim(f"claim {n}", me, 600) for n in range(50)],
    "own": [store.add("own", f"{me} {n}", 600) for n in range(50)],
    "same": [store.add("same", f"member {n}", 600) for n in range(50)],
}))
"""


@pytest.mark.parametrize("kind", SHARED)
def test_processes_share_a_store(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """They begin at the same time, with a file that is not there yet or with an empty table."""
    if kind == "dynamodb":
        request.getfixturevalue("dynamodb")
        place, endpoint = request.getfixturevalue("table"), request.getfixturevalue("aws_endpoint")
    else:
        place, endpoint = str(tmp_path / "state.sqlite"), None
    workers = [
        subprocess.Popen(  # noqa: S603  # our own code
            [sys.executable, "-W", "error", "-c", WORKER, json.dumps([place, endpoint, me])],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        for me in ("one", "two", "three")
    ]
    for worker in workers:
        assert worker.stdout
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin
        worker.stdin.write("go\n")
        worker.stdin.flush()
    answers = [json.loads(worker.communicate(timeout=120)[0]) for worker in workers]

    assert {len(set(told)) for told in zip(*(one["holders"] for one in answers), strict=True)} == {1}
    assert sorted(number for one in answers for number in one["own"]) == list(range(1, 151))
    assert {max(one["same"]) for one in answers} == {50}


# A plain model


class Model:
    """A store as one would explain it, without threads, limits or files."""

    def __init__(self, clock: Callable[[], float], max_members: int) -> None:
        self._clock, self._max_members = clock, max_members
        self._claims: dict[str, tuple[str, float]] = {}
        self._sets: dict[str, tuple[set[str], float]] = {}
        self._marks: dict[str, float] = {}

    def claim(self, key: str, owner: str, ttl: float) -> str:
        if key not in self._claims or self._claims[key][1] <= self._clock():
            self._claims[key] = (owner, self._clock() + ttl)
        return self._claims[key][0]

    def add(self, key: str, member: str, ttl: float) -> int:
        if key not in self._sets or self._sets[key][1] <= self._clock():
            self._sets[key] = (set(), self._clock() + ttl)
        self._sets[key][0].add(member)
        return min(len(self._sets[key][0]), self._max_members)

    def mark(self, keys: list[str], ttl: float) -> None:
        self._marks |= dict.fromkeys(keys, self._clock() + ttl)

    def known(self, keys: list[str]) -> frozenset[str]:
        return frozenset(key for key in keys if self._marks.get(key, 0) > self._clock())


texts = st.sampled_from(["a", "b", "", "\ud800", "x" * 1_000])
seconds = st.integers(1, 5)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("claim"), texts, texts, seconds),
        st.tuples(st.just("add"), texts, texts, seconds),
        st.tuples(st.just("mark"), st.lists(texts), seconds),
        st.tuples(st.just("known"), st.lists(texts)),
        st.tuples(st.just("wait"), seconds),
    ),
    max_size=30,
)


@settings(max_examples=50)
@given(steps=steps)
def test_all_stores_answer_as_a_model_does(
    steps: list[tuple[Any, ...]],
    new_clock: Any,
    table: str,
    dynamodb: DynamoDBClient,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    clock = new_clock()
    stores = [
        Model(clock, 3),
        MemoryStore(clock=clock, max_members=3),
        SqliteStore(tmp_path_factory.mktemp("state") / "state.sqlite", clock=clock, max_members=3),
        DynamoDbStore(table, client=dynamodb, clock=clock, max_members=3),
    ]
    example = f"example {next(tests)} "

    for name, *arguments in steps:
        if name == "wait":
            clock.now += arguments[0]
            continue
        keys, *others = arguments
        keys = [example + key for key in keys] if isinstance(keys, list) else example + keys
        [expected, *answers] = [getattr(store, name)(keys, *others) for store in stores]
        assert answers == [expected] * 3, name
