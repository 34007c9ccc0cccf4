"""Nothing is lost: whatever fails, and wherever a function dies, a verdict is told or its message is named.

Here is everything that lies around a function: a queue that delivers a message until it is done, APIs that
refuse, take their time or break off, and a store in a file. They outlive each process; processes die between
any two steps. A seed gives the same faults again.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter, deque
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import pytest

from trailguard import CloudTrailEvent, Dedup, Guard, Severity, Threshold, Verdict, Violation, rule
from trailguard.channel import Channel, Refusal
from trailguard.engine import Engine
from trailguard.errors import StoreError
from trailguard.notify import Patience
from trailguard.stores.sqlite import SqliteStore
from trailguard.testing import DEFAULT_TIME, cloudtrail_event, sqs_event
from trailguard.verdict import verdict_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from trailguard.notify import Undelivered
    from trailguard.report import Notice

SEEDS: Final = [1, 2, 3]
FAULTY: Final = 150
"""How many invocations have faults. Then everything recovers, so that it comes to an end."""


@rule(on="ec2:AttachInternetGateway", severity=Severity.LOW, title="Attached")
def attached(event: CloudTrailEvent) -> Violation:
    return Violation("attached", resource=event.request_parameters["internetGatewayId"])


@rule(
    on="signin:ConsoleLogin",
    outcome="failure",
    severity=Severity.HIGH,
    title="Guessed",
    threshold=Threshold(5, within="10m", by="source_ip"),
)
def guessed(event: CloudTrailEvent) -> str:
    return f"sign-in of {event.actor} failed"


@rule(
    on="s3:DeleteBucketPolicy",
    severity=Severity.MEDIUM,
    title="Deleted",
    dedup=Dedup(within="1h", by="account_id"),
)
def deleted(event: CloudTrailEvent) -> str:
    return f"the policy of {event.request_parameters['bucketName']} is gone"


class Killed(BaseException):
    """The process is gone; nobody can catch that."""


class RejectedError(Exception):
    """An API does not like one of a batch."""


class ThrottledError(Exception):
    """An API has too much to do."""


class World:
    """Chance, and what is known from outside of what happens.

    Attributes:
        calm: whether nothing fails any more.
        silently: what an API took without saying so, or what a function took note of in vain: it may be told
            again.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.chance = random.Random(seed)  # noqa: S311  # faults, no secrets
        self.calm = False
        self.deaths = 0
        self.silently: set[str] = set()
        self._taken_now: set[str] = set()
        self._store_fails_now = False

    def happens(self, probability: float) -> bool:
        return not self.calm and self.chance.random() < probability

    def maybe_die(self, probability: float = 0.005) -> None:
        if self.happens(probability):
            raise Killed

    def fail_to_store(self) -> None:
        self._store_fails_now = True
        raise StoreError("state.sqlite", "locked")

    def take(self, one: str) -> None:
        self._taken_now.add(one)

    def may_be_told_again(self, one: str) -> bool:
        return one in self.silently or self._store_fails_now

    @contextmanager
    def invocation(self) -> Iterator[None]:
        """Look at one invocation; if it dies, what it told is not known to anybody."""
        self._taken_now, self._store_fails_now = set(), False
        try:
            yield
        except Killed:
            self.deaths += 1
            self.silently |= self._taken_now
            raise
        if self._store_fails_now:
            self.silently |= self._taken_now


class Api:
    """Takes verdicts, by their ids, or does not.

    Attributes:
        taken: how often each of them was taken.
        unasked: what was taken again though everybody could know that it was.
        disliked: what it never takes, nor whatever comes with it.
    """

    MOODS: Final = {"fine": 80, "throttled": 4, "reset": 4, "timed out": 4, "in part": 4, "rejected": 2}

    def __init__(self, world: World, name: str) -> None:
        self._world = world
        self._name = name
        self.taken: Counter[str] = Counter()
        self.unasked: set[str] = set()
        self.disliked: set[str] = set()

    def put(self, entries: Sequence[str]) -> list[Refusal | None]:
        world = self._world
        if self.disliked.intersection(entries):
            raise RejectedError("ValidationError")
        mood = "fine" if world.calm else world.chance.choices([*self.MOODS], [*self.MOODS.values()])[0]
        match mood:
            case "throttled":
                raise ThrottledError
            case "reset":
                raise ConnectionResetError
            case "rejected":
                raise RejectedError("InternalFailure")
            case "timed out":
                self._take(entries[: world.chance.randint(0, len(entries))], silently=True)
                raise TimeoutError
        taken = [one for one in entries if mood == "fine" or not world.happens(0.5)]
        self._take(taken)
        again = world.happens(0.7)
        return [None if one in taken else Refusal("InternalError", again=again) for one in entries]

    def _take(self, entries: Sequence[str], *, silently: bool = False) -> None:
        for one in entries:
            self._world.maybe_die(0.0003)
            known = f"{self._name} {one}"
            if self.taken[one] and not self._world.may_be_told_again(known):
                self.unasked.add(one)
            self.taken[one] += 1
            self._world.take(known)
            if silently:
                self._world.silently.add(known)


class Faulty(Channel[str]):
    """A channel to such an API. Time passes only where it waits."""

    max_entries = 10
    max_bytes = 1_000_000
    attempts = 3

    def __init__(self, name: str, api: Api, world: World) -> None:
        self.name = name
        self._api = api
        self._world = world
        self._now = 0.0

    def send_within(self, notices: Sequence[Notice], patience: Patience) -> list[Undelivered]:
        still = Patience(patience.left, clock=lambda: self._now, sleep=self._sleep, chance=lambda: 1.0)
        return super().send_within(notices, still)

    def entry(self, notice: Notice) -> tuple[str, int]:
        assert isinstance(notice, Verdict)
        return notice.id, len(notice.id)

    def post(self, entries: Sequence[str]) -> list[Refusal | None]:
        self._world.maybe_die()
        self._now += 0.1
        answer = self._api.put(entries)
        self._world.maybe_die()
        return answer

    def refusal(self, error: Exception) -> Refusal:
        after = self._world.chance.choice([None, 0.1, 5]) if isinstance(error, ThrottledError) else None
        rejected = isinstance(error, RejectedError)
        return Refusal(repr(error), again=not rejected, after=after, poison=rejected)

    def _sleep(self, seconds: float) -> None:
        self._now += seconds


class FaultyStore(SqliteStore):
    """A store that cannot be reached at times, or whose answer does not arrive."""

    def __init__(self, path: Path, world: World) -> None:
        super().__init__(path)
        self._world = world

    def claim(self, key: str, owner: str, ttl: float) -> str:
        with self._faults():
            return super().claim(key, owner, ttl)

    def add(self, key: str, member: str, ttl: float) -> int:
        with self._faults():
            return super().add(key, member, ttl)

    def mark(self, keys: Iterable[str], ttl: float) -> None:
        with self._faults():
            super().mark(keys, ttl)

    def known(self, keys: Iterable[str]) -> frozenset[str]:
        with self._faults():
            return super().known(keys)

    @contextmanager
    def _faults(self) -> Iterator[None]:
        self._world.maybe_die()
        if self._world.happens(0.01):
            self._world.fail_to_store()
        yield
        self._world.maybe_die()
        if self._world.happens(0.01):
            self._world.fail_to_store()


class Queue:
    """Delivers messages as SQS does: again and again until they are done, or too often.

    Args:
        messages: SQS's records.
        most: how often a message is delivered before it is put aside; for ever, if left out.

    Attributes:
        aside: the ids of those that were put aside.
        last_word: what became of each message when it came the last time.
    """

    def __init__(self, messages: Sequence[Any], most: float = float("inf")) -> None:
        self._waiting = deque(messages)
        self._most = most
        self._times: Counter[str] = Counter()
        self.aside: set[str] = set()
        self.last_word: dict[str, str] = {}

    def batch(self, chance: random.Random) -> list[Any]:
        batch = [self._waiting.popleft() for _ in range(min(10, len(self._waiting)))]
        chance.shuffle(batch)
        return batch

    def hear(self, batch: Sequence[Any], answer: dict[str, Any] | None) -> None:
        """Take the answer of a function; None if it died."""
        failed = {one["itemIdentifier"] for one in answer["batchItemFailures"]} if answer else set()
        for message in batch:
            message_id = message["messageId"]
            done = answer is not None and message_id not in failed
            self.last_word[message_id] = "done" if done else "named" if answer else "died"
            if done:
                continue
            self._times[message_id] += 1
            if self._times[message_id] >= self._most:
                self.aside.add(message_id)
            else:
                self._waiting.append(message)

    def __len__(self) -> int:
        return len(self._waiting)


class Context:
    """Lambda's, of an invocation with so much time left."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(self._seconds * 1000)


class Case:
    """Messages, in a world in which everything fails."""

    def __init__(self, seed: int, bodies: Sequence[Any], path: Path, most: float = float("inf")) -> None:
        self.world = World(seed)
        self.apis = {name: Api(self.world, name) for name in ("first", "second")}
        self.messages = sqs_event(bodies)["Records"]
        self.queue = Queue(self.messages, most)
        self._path = path

    def guard(self) -> Guard:
        """Start a process, with all that it keeps in its own memory."""
        channels = [Faulty(name, api, self.world) for name, api in self.apis.items()]
        store = FaultyStore(self._path / "state.sqlite", self.world)
        return Guard(Engine([attached, guessed, deleted]), channels, store=store)

    def run(self, faulty: int = FAULTY) -> None:
        """Deliver messages until there are none; the first invocations have faults."""
        process, invocations = self.guard(), 0
        while self.queue:
            self.world.calm = invocations >= faulty
            batch = self.queue.batch(self.world.chance)
            context = Context(self.world.chance.choice([0.5, 2, 30, 30]) if not self.world.calm else 30)
            invocations += 1
            try:
                with self.world.invocation():
                    answer = process.handle({"Records": batch}, context)
                    self.world.maybe_die()  # before the queue hears of it
            except Killed:
                self.queue.hear(batch, None)
                process = self.guard()
            else:
                self.queue.hear(batch, answer)

    @property
    def duplicates(self) -> int:
        return sum(api.taken.total() - len(api.taken) for api in self.apis.values())


@cache
def attachments(messages: int, each: int) -> tuple[str, ...]:
    """Make messages of so many events; one in ten brings the last event of the one before once more."""
    record = cloudtrail_event("ec2:AttachInternetGateway").raw
    bodies = []
    for number in range(messages):
        first = number * each - (number % 10 == 9)
        records = [
            record | {"eventID": f"event-{n}", "requestParameters": {"internetGatewayId": f"igw-{n}"}}
            for n in range(first, (number + 1) * each)
        ]
        bodies.append(json.dumps({"Records": records}))
    return tuple(bodies)


@cache
def verdicts(bodies: tuple[str, ...]) -> dict[str, set[str]]:
    """Return the verdicts to be told by their ids, with the ids of the messages that each of them is in."""
    found: dict[str, set[str]] = {}
    judging = Guard(Engine([attached]))
    for message in sqs_event(bodies)["Records"]:
        for one in judging.judge({"Records": [message]}).verdicts:
            found.setdefault(one.id, set()).add(message["messageId"])
    return found


@pytest.fixture(params=[*SEEDS, None], ids=lambda seed: f"seed {seed or 'drawn'}")
def seed(request: pytest.FixtureRequest, record_property: Any) -> int:
    """Give a seed: those that are always tried, and a new one, which a failure names."""
    drawn = int(request.param or random.SystemRandom().randrange(2**32))
    record_property("seed", drawn)
    return drawn


def say(case: Case, record_property: Any) -> str:
    """Say what happened: in the report, with ``-s`` on the terminal, and where an assertion fails."""
    told = (
        f"seed {case.world.seed}: {case.world.deaths} deaths, {case.duplicates} duplicates,"
        f" {len(case.queue.aside)} messages put aside"
    )
    record_property("duplicates", case.duplicates)
    print(told)  # noqa: T201  # for whoever wants to see it
    return told


def test_ten_thousand_verdicts_are_told_whatever_fails(
    seed: int, tmp_path: Path, record_property: Any
) -> None:
    """To both notifiers; and twice only what nobody could know to have been told."""
    bodies = attachments(messages=1_000, each=10)
    expected = verdicts(bodies)
    assert len(expected) == 10_000
    case = Case(seed, bodies, tmp_path)

    case.run()

    happened = say(case, record_property)
    for name, api in case.apis.items():
        lost = expected.keys() - api.taken.keys()
        assert not lost, f"{happened}; {len(lost)} lost to {name}"
        assert api.taken.keys() == expected.keys(), happened
        assert not api.unasked, f"{happened}; {len(api.unasked)} told again to {name} for no reason"
    assert set(case.queue.last_word.values()) == {"done"}, happened
    assert case.world.deaths > 5, f"{happened}; the faults are too few to prove anything"
    assert case.duplicates > 0, f"{happened}; the faults are too few to prove anything"


def test_what_is_not_told_when_a_queue_gives_up_is_in_a_message_that_was_named(
    seed: int, tmp_path: Path, record_property: Any
) -> None:
    """A message is put aside after the third time, though faults go on; some verdicts nobody ever takes."""
    bodies = attachments(messages=200, each=10)
    expected = verdicts(bodies)
    case = Case(seed, bodies, tmp_path, most=3)
    case.apis["second"].disliked = set(case.world.chance.sample(sorted(expected), 20))

    case.run(faulty=10_000)

    happened = say(case, record_property)
    assert case.queue.aside, f"{happened}; the faults are too few to prove anything"
    assert {case.queue.last_word[one] for one in case.queue.aside} <= {"named", "died"}, happened
    for name, api in case.apis.items():
        lost = {
            one
            for one, messages in expected.items()
            if not api.taken[one] and not messages & case.queue.aside
        }
        assert not lost, f"{happened}; {len(lost)} lost to {name}"
        assert not api.taken.keys() & api.disliked, happened
        assert not api.unasked, f"{happened}; {len(api.unasked)} told again to {name} for no reason"


def test_what_is_counted_and_held_back_is_told_once_a_window_whatever_fails(
    seed: int, tmp_path: Path, record_property: Any
) -> None:
    """By one verdict, that is: it may be told twice, as any other."""
    windows: dict[str, set[str]] = {}
    events = []
    for hour in range(6):
        time = DEFAULT_TIME + timedelta(hours=hour)
        for n in range(7):
            for address in ("203.0.113.1", "203.0.113.2", "203.0.113.3"):
                of_events = cloudtrail_event(
                    "signin:ConsoleLogin", error="no", source_ip=address, time=time + timedelta(seconds=n)
                )
                events.append(of_events)
                of_window = windows.setdefault(f"{address} {hour}", set())
                of_window.add(verdict_id("guessed", of_events.raw["eventID"], None))
            deletion = cloudtrail_event(
                "s3:DeleteBucketPolicy", request={"bucketName": "b"}, time=time + timedelta(seconds=n)
            )
            events.append(deletion)
            windows.setdefault(f"{hour}", set()).add(verdict_id("deleted", deletion.raw["eventID"], None))
    below = [
        cloudtrail_event("signin:ConsoleLogin", error="no", source_ip="203.0.113.4", eventID=f"{n}")
        for n in range(4)
    ]
    case = Case(seed, [*events, *below, *events[::3]], tmp_path)

    case.run()

    happened = say(case, record_property)
    for name, api in case.apis.items():
        told = {window: len(ids & api.taken.keys()) for window, ids in windows.items()}
        assert set(told.values()) == {1}, f"{happened}; told to {name}: {told}"
        assert len(api.taken) == len(windows), f"{happened}; something else was told to {name}"
        assert not api.unasked, f"{happened}; {len(api.unasked)} told again to {name} for no reason"
    assert set(case.queue.last_word.values()) == {"done"}, happened
    assert case.world.deaths, f"{happened}; the faults are too few to prove anything"


# Processes that are really killed

FUNCTION = """
import json, os, random, signal, sys, time
from pathlib import Path
from trailguard import CloudTrailEvent, Guard, Severity, Violation, rule
from trailguard.engine import Engine
from trailguard.notifiers.file import FileNotifier
from trailguard.stores.sqlite import SqliteStore

@rule(on="ec2:AttachInternetGateway", severity=Severity.LOW, title="Attached")
def attached(event: CloudTrailEvent) -> Violation:
    return Violation("attached", resource=event.request_parameters["internetGatewayId"])

folder, chance = Path(sys.argv[1]), random.Random(int(sys.argv[2]))
queue = folder / "queue"

def handle_everything():
    guard = Guard(Engine([attached]), [FileNotifier(folder / "told.jsonl")],
                  store=SqliteStore(folder / "state.sqlite"))
    while names := os.listdir(queue)[:5]:
        records = [json.loads((queue / name).read_text()) for name in names]
        answer = guard.handle({"Records": records})
        assert answer == {"batchItemFailures": []}, answer
        for name in names:
            (queue / name).unlink()

killed, patience = 0, 0.004
while waiting := len(os.listdir(queue)):
    child = os.fork()
    if not child:
        try:
            handle_everything()
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    time.sleep(chance.uniform(0, patience))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, status
    killed += os.WIFSIGNALED(status)
    if len(os.listdir(queue)) == waiting:
        patience *= 1.2  # a slow machine gets there, too
print(killed)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="it needs fork and SIGKILL")
def test_process_that_is_killed_at_any_moment_loses_nothing(seed: int, tmp_path: Path) -> None:
    """It is started again until all messages are done. Then every verdict is in the file, as a whole line."""
    bodies = attachments(messages=200, each=10)
    (tmp_path / "queue").mkdir()
    for message in sqs_event(bodies)["Records"]:
        (tmp_path / "queue" / message["messageId"]).write_text(json.dumps(message), "utf-8")

    done = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-W", "error", "-c", FUNCTION, str(tmp_path), str(seed)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, f"seed {seed}: {done.stderr}"
    told = Counter(
        json.loads(line)["id"] for line in (tmp_path / "told.jsonl").read_text("utf-8").splitlines()
    )
    happened = f"seed {seed}: killed {done.stdout.strip()} times, {told.total() - len(told)} duplicates"
    print(happened)  # noqa: T201  # for whoever wants to see it
    assert told.keys() == verdicts(bodies).keys(), happened
    assert int(done.stdout) > 2, happened
