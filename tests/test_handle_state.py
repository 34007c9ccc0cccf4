"""What `Guard.handle` remembers: what was counted, what was told; alone, and beside others that share it."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable  # the annotations of rules are read
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from trailguard import CloudTrailEvent, ConfigurationItem, Dedup, Guard, Severity, Threshold, Violation, rule
from trailguard.engine import Engine
from trailguard.errors import StoreError, UnfinishedError
from trailguard.notify import Undelivered
from trailguard.report import Counts
from trailguard.settings import Settings, StandingException
from trailguard.sources import find
from trailguard.stores.memory import MemoryStore
from trailguard.stores.sqlite import SqliteStore
from trailguard.testing import (
    DEFAULT_TIME,
    RecordingNotifier,
    cloudtrail_event,
    configuration_item,
    log_file,
    sqs_event,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mypy_boto3_dynamodb import DynamoDBClient

    from trailguard.report import Notice
    from trailguard.testing import SampleEvent

ADDRESS = "203.0.113.9"


@rule(
    on="signin:ConsoleLogin",
    outcome="failure",
    severity=Severity.HIGH,
    title="Passwords are being guessed",
    threshold=Threshold(5, within="10m", by="source_ip"),
)
def passwords_guessed(event: CloudTrailEvent) -> str:
    return f"sign-in of {event.actor} failed"


@rule(
    on="s3:DeleteBucketPolicy",
    severity=Severity.MEDIUM,
    title="Bucket policy deleted",
    dedup=Dedup(within="1h", by=["account_id", "actor"]),
)
def bucket_policy_deleted(event: CloudTrailEvent) -> Violation:
    return Violation("it is gone", resource=event.request_parameters["bucketName"])


@rule(on="ec2:AttachInternetGateway", severity=Severity.LOW, title="Attached")
def attached(event: CloudTrailEvent) -> Violation:
    return Violation("attached", resource=event.request_parameters["internetGatewayId"])


@rule(on="AWS::S3::Bucket", severity=Severity.HIGH, title="Public")
def public(item: ConfigurationItem) -> Iterable[Violation]:
    return [Violation(f"anybody may {verb}") for verb in item.configuration["anybodyMay"]]


RULES = (passwords_guessed, bucket_policy_deleted, attached, public)


def sign_in(number: int, *, minute: int = 0, address: str = ADDRESS, **more: Any) -> SampleEvent:
    """Make a sign-in that failed, the ``number``-th second of a minute."""
    time = DEFAULT_TIME.replace(minute=minute, second=number)
    return cloudtrail_event(
        "signin:ConsoleLogin", error="Failed authentication", source_ip=address, time=time, **more
    )


def deletion(number: int, hours: int = 0) -> SampleEvent:
    time = DEFAULT_TIME + timedelta(hours=hours, seconds=number)
    return cloudtrail_event("s3:DeleteBucketPolicy", request={"bucketName": f"amzn-{number}"}, time=time)


def attachment(number: int) -> SampleEvent:
    return cloudtrail_event("ec2:AttachInternetGateway", request={"internetGatewayId": f"igw-{number}"})


def guard(*notifiers: Any, store: Any = None, settings: Settings | None = None, **options: Any) -> Guard:
    return Guard(Engine(RULES, settings), notifiers, store=store, settings=settings, **options)


def failures(batch: Any, *numbers: int) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": batch["Records"][n]["messageId"]} for n in numbers]}


class Failing(MemoryStore):
    """Works but for those methods that are said to fail."""

    def __init__(self, *failing: str) -> None:
        super().__init__()
        self.failing: set[str] = set(failing)

    def claim(self, key: str, owner: str, ttl: float) -> str:
        self._maybe_fail("claim")
        return super().claim(key, owner, ttl)

    def add(self, key: str, member: str, ttl: float) -> int:
        self._maybe_fail("add")
        return super().add(key, member, ttl)

    def mark(self, keys: Iterable[str], ttl: float) -> None:
        self._maybe_fail("mark")
        super().mark(keys, ttl)

    def known(self, keys: Iterable[str]) -> frozenset[str]:
        self._maybe_fail("known")
        return super().known(keys)

    def _maybe_fail(self, method: str) -> None:
        if method in self.failing:
            raise StoreError("DynamoDB table trailguard-state", f"{method}: not now")


class Untouchable(Failing):
    """Fails whatever it is asked."""

    def _maybe_fail(self, method: str) -> None:
        raise AssertionError(f"{method}: nobody may ask")


class Refusing(RecordingNotifier):
    """Refuses everything while it is down."""

    name = "refusing"
    down = True

    def send(self, notices: Sequence[Notice]) -> Iterable[Undelivered]:  # type: ignore[override]  # it has an answer
        if self.down:
            return [Undelivered(one, self.name, "down") for one in notices]
        self.notices += notices
        return []


# Thresholds


def test_fifth_failed_sign_in_of_ten_minutes_is_told() -> None:
    """Four are nothing, and the sixth is nothing more; the next ten minutes begin anew."""
    kept = RecordingNotifier()
    judging = guard(kept)
    summaries = [judging.handle(sign_in(n).as_eventbridge()) for n in range(8)]

    assert [one["verdicts"] for one in summaries] == [0, 0, 0, 0, 1, 0, 0, 0]
    (told,) = kept.verdicts
    assert told.reason == "sign-in of user alice failed (5 times within 10m by source_ip)"
    assert (told.event_id, told.source_ip) == (sign_in(4).raw["eventID"], ADDRESS)
    assert (told.evidence["threshold"], told.evidence["within"]) == (5, 600)

    judging.handle({"Records": [sign_in(n, minute=10).raw for n in range(4)]})
    assert len(kept.verdicts) == 1
    judging.handle(sign_in(4, minute=19).as_eventbridge())
    assert len(kept.verdicts) == 2


def test_addresses_count_apart() -> None:
    kept = RecordingNotifier()
    judging = guard(kept)
    addresses = [f"203.0.113.{n}" for n in range(5)]

    judging.handle({"Records": [sign_in(n, address=one).raw for n in range(4) for one in addresses]})
    assert kept.notices == []
    judging.handle({"Records": [sign_in(4, address=addresses[2]).raw]})
    assert [one.source_ip for one in kept.verdicts] == addresses[2:3]


def test_event_that_is_delivered_again_does_not_count_again() -> None:
    """Within a batch, in the next one, and in another envelope."""
    kept = RecordingNotifier()
    judging = guard(kept)
    four = [sign_in(n) for n in range(4)]

    for _ in range(2):
        judging.handle(sqs_event([*four, four[0].as_eventbridge(), b64encode(log_file(four)).decode()]))
        judging.handle({"Records": [one.raw for one in four] * 2})
    assert kept.notices == []
    judging.handle(sqs_event([*four, sign_in(4)]))
    assert len(kept.verdicts) == 1


def test_successful_sign_ins_do_not_count() -> None:
    kept = RecordingNotifier()
    successes = [cloudtrail_event("signin:ConsoleLogin", source_ip=ADDRESS, eventID=f"{n}") for n in range(9)]

    guard(kept).handle({"Records": [one.raw for one in [*successes, *(sign_in(n) for n in range(4))]]})

    assert kept.notices == []


def test_threshold_that_could_not_be_told_is_told_later() -> None:
    """With the same id, and by its own message alone; then it is known."""
    refusing, kept = Refusing(), RecordingNotifier()
    judging = guard(refusing, kept)
    batch = sqs_event([sign_in(n) for n in range(7)])

    assert judging.handle(batch) == failures(batch, 4)
    (first,) = kept.verdicts
    assert judging.handle(batch) == failures(batch, 4)
    refusing.down = False
    for _ in range(2):
        assert judging.handle(batch) == failures(batch)

    assert refusing.notices == kept.notices == [first]


def test_process_that_starts_anew_counts_on(tmp_path: Path) -> None:
    kept = RecordingNotifier()
    for n in [0, 1, 2, 2, 3, 3, 4, 4, 5]:
        guard(kept, store=SqliteStore(tmp_path / "state.sqlite")).handle(sign_in(n).as_eventbridge())

    assert [one.event_id for one in kept.verdicts] == [sign_in(4).raw["eventID"]]


def test_what_is_counted_is_kept_by_firehose() -> None:
    """It broke a rule, though it takes more of it to be told."""
    settings = Settings.model_validate({"answers": {"firehose_unmatched": "drop"}})
    judging = guard(RecordingNotifier(), settings=settings)

    answers = [judging.handle(sign_in(n).as_firehose())["records"][0]["result"] for n in range(6)]

    assert answers == ["Ok"] * 6


def test_what_is_suppressed_is_kept_by_firehose() -> None:
    """A suppressed verdict is still a verdict. A near miss: another event broke no rule."""
    exception = {"rule": "attached", "resource": "igw-0", "owner": "team", "reason": "known"}
    settings = Settings.model_validate({"answers": {"firehose_unmatched": "drop"}, "exceptions": [exception]})
    judging = guard(RecordingNotifier(), settings=settings)

    events = [attachment(0), attachment(1), cloudtrail_event("ec2:DescribeVpcs")]
    answers = [judging.handle(event.as_firehose())["records"][0]["result"] for event in events]

    assert answers == ["Ok", "Ok", "Dropped"]


# Held back


def test_first_of_an_hour_is_told_and_the_next_hour_says_how_many_there_were() -> None:
    kept = RecordingNotifier()
    judging = guard(kept)

    summary = judging.handle({"Records": [deletion(n).raw for n in range(4)]})

    assert (summary["verdicts"], summary["suppressed"]) == (1, 3)
    assert [(one.resource, one.evidence) for one in kept.verdicts] == [("amzn-0", {})]
    for _ in range(2):
        judging.handle({"Records": [deletion(n, hours=1).raw for n in (5, 6)]})
        judging.handle({"Records": [deletion(n).raw for n in range(4)]})
    assert [(one.resource, one.evidence) for one in kept.verdicts[1:]] == [
        ("amzn-5", {"held_back_before": 3})
    ]


def test_report_has_what_is_held_back_with_the_reason() -> None:
    report = guard().judge({"Records": [deletion(n).raw for n in range(2)]})

    first, second = report.verdicts
    assert (first.suppressed, second.suppressed) == (False, True)
    assert second.suppression is not None
    assert second.suppression.reason == (f"held back: the same as {first.id} within 1h by account_id, actor")
    assert (report.counts.verdicts.total(), report.counts.suppressed) == (1, 1)


def test_first_that_could_not_be_told_is_told_later() -> None:
    """The others stay held back: it is the first, and its message comes again."""
    refusing = Refusing()
    judging = guard(refusing)
    batch = sqs_event([deletion(n) for n in range(3)])

    assert judging.handle(batch) == failures(batch, 0)
    refusing.down = False
    assert judging.handle(batch) == failures(batch)

    assert [one.resource for one in refusing.verdicts] == ["amzn-0"]


# Memory of their own


def test_judging_has_a_memory_of_its_own() -> None:
    """Each payload counts for itself, as for nobody else."""
    judging = guard(RecordingNotifier(), store=Untouchable())
    five = {"Records": [sign_in(n).raw for n in range(5)]}

    for _ in range(2):
        report = judging.judge(five)
        assert [one.rule_id for one in report.verdicts] == ["passwords-guessed"]
        assert (report.counts.verdicts.total(), report.counts.below, report.counts.seen) == (1, 4, 5)
    assert judging.judge({"Records": five["Records"][:4]}).verdicts == ()


def test_scanning_has_a_memory_of_its_own(tmp_path: Path) -> None:
    """All files of a scan count together."""
    for n in range(5):
        (tmp_path / f"{n}.json").write_bytes(log_file([sign_in(n), deletion(n)]))
    judging = guard(RecordingNotifier(), store=Untouchable())

    for _ in range(2):
        counts = Counts()
        notices = list(judging.scan(list(find([str(tmp_path)])), counts))
        told = Counter((one.rule_id, one.suppressed) for one in notices)  # type: ignore[union-attr]
        assert told == {
            ("passwords-guessed", False): 1,
            ("bucket-policy-deleted", False): 1,
            ("bucket-policy-deleted", True): 4,
        }
        assert (counts.verdicts.total(), counts.suppressed, counts.below) == (2, 4, 4)


def test_store_of_a_users_own_is_used_even_if_it_looks_empty() -> None:
    class Empty(MemoryStore):
        def __len__(self) -> int:
            return 0

    kept, store = RecordingNotifier(), Empty()
    for _ in range(2):
        guard(kept, store=store).handle({"Records": [attachment(0).raw]})
        Guard.from_settings(Settings(), rules=RULES, only=["attached"], notifiers=[kept], store=store).handle(
            {"Records": [attachment(0).raw]}
        )

    assert len(kept.verdicts) == 1


# Stores that fail


@pytest.mark.parametrize(("method", "not_done"), [("add", range(1, 8)), ("claim", [5, 6, 7])])
def test_store_that_fails_makes_its_messages_come_again(method: str, not_done: Sequence[int]) -> None:
    """Those that nobody has to remember anything about are told; once it works, nothing is missing."""
    kept, store = RecordingNotifier(), Failing(method)
    judging = guard(kept, store=store)
    batch = sqs_event([attachment(0), *(sign_in(n) for n in range(5)), deletion(0), deletion(1)])

    answer = judging.handle(batch)

    assert answer == failures(batch, *not_done)
    assert [one.resource for one in kept.verdicts] == ["igw-0"]
    store.failing.clear()
    assert judging.handle(batch) == failures(batch)
    assert Counter(one.rule_id for one in kept.verdicts) == {
        "attached": 1,
        "passwords-guessed": 1,
        "bucket-policy-deleted": 1,
    }


def test_store_that_fails_is_an_error_where_the_answer_cannot_say_so() -> None:
    kept, store = RecordingNotifier(), Failing("add")
    judging = guard(kept, store=store)
    event = {"Records": [attachment(0).raw, *(sign_in(n).raw for n in range(5))]}

    with pytest.raises(UnfinishedError, match=r"DynamoDB table trailguard-state: add: not now") as raised:
        judging.handle(event)

    assert len(raised.value.problems) == 5
    assert [one.rule_id for one in kept.verdicts] == ["attached"]
    store.failing.clear()
    judging.handle(event)
    assert [one.rule_id for one in kept.verdicts] == ["attached", "passwords-guessed"]


@pytest.mark.parametrize("methods", [["known"], ["mark"], ["known", "mark"]], ids=str)
def test_store_that_fails_stops_no_delivery(methods: list[str]) -> None:
    """It may be told twice; it is no problem of the message's."""
    kept = RecordingNotifier()
    judging = guard(kept, store=Failing(*methods))
    batch = sqs_event([attachment(n) for n in range(3)])

    for _ in range(2):
        assert judging.handle(batch) == failures(batch)

    assert len(kept.verdicts) == 6


# Who was told


def test_only_who_was_not_told_is_told_again() -> None:
    kept, refusing, dead = RecordingNotifier(), Refusing(), RecordingNotifier()
    judging = guard(kept, refusing, dead_letter=dead)
    batch = sqs_event([attachment(0), "poison", attachment(1)])

    assert judging.handle(batch) == failures(batch, 0, 2)
    refusing.down = False
    for _ in range(2):
        assert judging.handle(batch) == failures(batch)

    for notifier in (kept, refusing):
        assert [one.resource for one in notifier.verdicts] == ["igw-0", "igw-1"]
    assert len(dead.notices) == 1


def test_message_that_nobody_can_read_is_told_once_however_often_it_comes() -> None:
    kept = RecordingNotifier()
    judging = guard(kept)
    batch = sqs_event(["poison"])

    for _ in range(3):
        assert judging.handle(batch) == failures(batch, 0)

    assert len(kept.failures) == 1


def test_notifiers_of_one_name_do_not_spare_one_another() -> None:
    """Whatever they are called, and though one of them is down."""
    notifiers = [Refusing() for _ in range(4)]
    for notifier, name in zip(notifiers, ["sns", "sns", "sns 2", "dead letter"], strict=True):
        notifier.name = name
    notifiers[0].down = notifiers[3].down = False
    judging = guard(*notifiers)
    batch = sqs_event([attachment(0)])

    assert judging.handle(batch) == failures(batch, 0)
    notifiers[1].down = False
    assert judging.handle(batch) == failures(batch, 0)
    notifiers[2].down = False
    assert judging.handle(batch) == failures(batch)

    assert [len(one.verdicts) for one in notifiers] == [1, 1, 1, 1]


def test_event_without_an_id_in_two_messages_is_told_once() -> None:
    """Nothing else tells that it is the same; its second copy is no problem of its message's."""
    kept = RecordingNotifier()
    request = {"internetGatewayId": "igw-0"}
    batch = sqs_event([cloudtrail_event("ec2:AttachInternetGateway", request=request, eventID=None)] * 2)

    assert guard(kept).handle(batch) == failures(batch)
    assert len(kept.verdicts) == 1


# AWS Config


class Config:
    """Keeps what AWS Config is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def put_evaluations(self, **call: Any) -> dict[str, Any]:
        self.told += [one["ComplianceType"] for one in call["Evaluations"]]
        return {}


@pytest.mark.parametrize(
    ("anybody_may", "excepted", "expected", "told"),
    [
        (["read"], True, "NOT_APPLICABLE", 0),
        (["read", "write"], True, "NOT_APPLICABLE", 0),
        (["read"], False, "NON_COMPLIANT", 1),
        ([], True, "COMPLIANT", 0),
    ],
)
def test_aws_config_is_told_of_exceptions(
    anybody_may: list[str], expected: str, told: int, *, excepted: bool
) -> None:
    exception = StandingException(
        rule="public", resource="website" if excepted else "other", owner="team", reason="it is a website"
    )
    config, kept = Config(), RecordingNotifier()
    judging = guard(kept, settings=Settings(exceptions=(exception,)), config=config)
    item = configuration_item("AWS::S3::Bucket", {"anybodyMay": anybody_may}, resource_id="website")

    summary = judging.handle(item.as_config_rule())

    assert config.told == [expected]
    assert summary["evaluations"] == {expected: 1}
    assert len(kept.verdicts) == told
    assert summary["suppressed"] == (len(anybody_may) if excepted else 0)
    assert judging._suppressions.hits == ({0: len(anybody_may)} if anybody_may and excepted else {})


def test_item_of_which_not_everything_is_excepted_does_not_comply() -> None:
    """Two rules find something, and an exception covers what one of them does."""

    @rule(on="AWS::S3::Bucket", severity=Severity.LOW, title="Other")
    def other(item: ConfigurationItem) -> str:
        return f"{item.resource_id} is wrong otherwise, too"

    exception = StandingException(rule="public", owner="team", reason="it is a website")
    config, kept, settings = Config(), RecordingNotifier(), Settings(exceptions=(exception,))
    judging = Guard(Engine([*RULES, other], settings), [kept], settings=settings, config=config)  # type: ignore[arg-type]  # all that is asked of it
    item = configuration_item("AWS::S3::Bucket", {"anybodyMay": ["read"]}, resource_id="website")

    summary = judging.handle(item.as_config_rule())

    assert config.told == ["NON_COMPLIANT"]
    assert [one.rule_id for one in kept.verdicts] == ["other"]
    assert (summary["verdicts"], summary["suppressed"]) == (1, 1)


# Processes that share a store

WORKER = """
import json, sys
from trailguard import CloudTrailEvent, Guard, Severity, Threshold, rule
from trailguard.engine import Engine
from trailguard.stores.dynamodb import DynamoDbStore
from trailguard.stores.sqlite import SqliteStore
from trailguard.testing import RecordingNotifier

@rule(on="signin:ConsoleLogin", outcome="failure", severity=Severity.HIGH, title="Guessed",
      threshold=Threshold(5, within="10m", by="source_ip"))
def passwords_guessed(event: CloudTrailEvent) -> str:
    return "failed"

place, endpoint = json.loads(sys.argv[1])
batches = json.loads(sys.stdin.readline())
options = {}
if endpoint:
    import boto3
    options["client"] = boto3.client("dynamodb", region_name="eu-west-1", endpoint_url=endpoint,
                                     aws_access_key_id="testing", aws_secret_access_key="testing")
print("ready", flush=True)
sys.stdin.readline()
store = (DynamoDbStore if endpoint else SqliteStore)(place, **options)
kept = RecordingNotifier()
guard = Guard(Engine([passwords_guessed]), [kept], store=store)
for batch in batches:
    assert guard.handle(batch) == {"batchItemFailures": []}
print(json.dumps([(one.id, one.source_ip, str(one.event_time)[:15]) for one in kept.verdicts]))
"""


@pytest.fixture(params=["sqlite", "dynamodb"])
def shared(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str | None]:
    """Give the place of an empty store, and where to find it."""
    if request.param == "sqlite":
        return str(tmp_path / "state.sqlite"), None
    client: DynamoDBClient = request.getfixturevalue("dynamodb")
    table = f"state-of-{request.node.name}".replace("[", "-").strip("]")
    client.create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    return table, request.getfixturevalue("aws_endpoint")


def handled_by_processes(
    shared: tuple[str, str | None], shares: Sequence[Sequence[SampleEvent]]
) -> list[list[tuple[str, str, str]]]:
    """Have a process for each share handle its events, at the same time; return what each of them tells."""
    workers = [
        subprocess.Popen(  # noqa: S603  # our own code
            [sys.executable, "-W", "error", "-c", WORKER, json.dumps(shared)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in shares
    ]
    for worker, share in zip(workers, shares, strict=True):
        batches = [sqs_event(share[start : start + 3]) for start in range(0, len(share), 3)]
        assert worker.stdin is not None
        worker.stdin.write(json.dumps(batches) + "\n")
        worker.stdin.flush()
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    answers = [worker.communicate()[0] for worker in workers]
    assert [worker.returncode for worker in workers] == [0, 0]
    return [[tuple(one) for one in json.loads(answer)] for answer in answers]


def guesses() -> list[SampleEvent]:
    """Make seven sign-ins of each window and address, and four of one that does not reach it; shuffled."""
    events = [
        sign_in(n, minute=minute, address=address)
        for minute in (0, 10, 20)
        for address, number in (("203.0.113.1", 7), ("203.0.113.2", 7), ("203.0.113.3", 4))
        for n in range(number)
    ]
    random.Random(4).shuffle(events)  # noqa: S311  # an order, no secret
    return events


def test_processes_that_share_the_events_tell_each_window_once(shared: tuple[str, str | None]) -> None:
    events = guesses()

    told = handled_by_processes(shared, [events[::2], events[1::2]])

    windows = Counter((address, time) for answers in told for _, address, time in answers)
    assert len(windows) == 6
    assert set(windows.values()) == {1}


def test_processes_that_get_the_same_events_mean_the_same_verdict(shared: tuple[str, str | None]) -> None:
    """Each of them tells it at most once, and nobody tells another one of the same window."""
    events = guesses()

    told = handled_by_processes(shared, [events, events[::-1]])

    assert len({(address, time) for answers in told for _, address, time in answers}) == 6
    assert len({identity for answers in told for identity, _, _ in answers}) == 6
    assert all(len(set(answers)) == len(answers) for answers in told)


class Slow(Failing):
    """A store that cannot be reached, and takes its time to say so."""

    def __init__(self) -> None:
        super().__init__("claim", "add")
        self.asked = 0

    def _maybe_fail(self, method: str) -> None:
        self.asked += method in self.failing
        super()._maybe_fail(method)


def test_store_that_was_silent_once_is_not_asked_again() -> None:
    """Not in this invocation: the time is that of the notifiers, for what needs no memory."""
    store, kept = Slow(), RecordingNotifier()
    judging = guard(kept, store=store)

    with pytest.raises(UnfinishedError) as caught:
        judging.handle({"Records": [*(sign_in(n).raw for n in range(9)), attachment(0).raw]})

    assert store.asked == 1
    assert len(caught.value.problems) == 9
    assert [one.rule_id for one in kept.verdicts] == ["attached"]


def test_other_notifiers_in_another_order_are_told_apart() -> None:
    """By where they tell."""
    first, second = RecordingNotifier(), RecordingNotifier()
    first.identity, second.identity = "topic A", "topic B"  # type: ignore[attr-defined]  # as channels have it
    store = MemoryStore()

    guard(first, store=store).handle({"Records": [attachment(0).raw]})
    guard(second, first, store=store).handle({"Records": [attachment(0).raw]})

    assert (len(first.verdicts), len(second.verdicts)) == (1, 1)
