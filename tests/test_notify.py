from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trailguard import Guard, Severity, Verdict
from trailguard.models import Actor
from trailguard.notify import Announcement, Undelivered, deliver, to_json
from trailguard.record import DecodeFailure, ReadFailure
from trailguard.report import DeadLetter
from trailguard.testing import DEFAULT_TIME, assumed_role, cloudtrail_event, log_file
from trailguard.verdict import Compliance, PluginFailure, RuleFailure

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from trailguard.report import Notice

SNS_BYTES = 261_120
RULE_FAILURE = RuleFailure("igw-attached", "event-1", "RunInstances", "a.json > record 1", "KeyError: 'x'")
DECODE_FAILURE = DecodeFailure("a.json > record 2", "not a JSON object", b"\xff\x00secret")
READ_FAILURE = ReadFailure("missing", "no such file or folder")
PLUGIN_FAILURE = PluginFailure(
    "acme-rules 1.2.3, entry point 'acme' (acme)", "cannot be loaded: KeyError: 'x'"
)
FAILURES = (RULE_FAILURE, DECODE_FAILURE, READ_FAILURE)

each_failure = pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: type(failure).__name__)


def verdict(**changes: Any) -> Verdict:
    return Verdict(
        **{
            "id": "0123456789abcdef0123456789abcdef",
            "rule_id": "igw-attached",
            "compliance": Compliance.NON_COMPLIANT,
            "severity": Severity.HIGH,
            "title": "Internet gateway attached",
            "reason": "igw-0example is attached to vpc-0example",
            "account_id": "111122223333",
            "region": "eu-west-1",
            "event_id": "event-1",
            "event_time": DEFAULT_TIME,
            "event_source": "ec2.amazonaws.com",
            "event_name": "AttachInternetGateway",
            "actor": Actor(type="AssumedRole", name="Deployer", session_name="ci-1234"),
            "source_ip": "198.51.100.7",
            "resource": "igw-0example",
            "origin": "a.json > record 1",
            "tags": ("mitre:T1562.004",),
            "evidence": {"vpc_id": "vpc-0example"},
            **changes,
        }
    )


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

    assert deliver(notices, iter([first, second])) == ()
    assert first.notices == second.notices == notices


@pytest.mark.parametrize(
    "error", [ValueError("bad"), ConnectionError("down"), KeyError("x"), RecursionError()]
)
def test_notifier_that_raises_never_stops_another(error: Exception) -> None:
    """Those before and after it get everything; what it raised is the reason for each notice."""
    before, after = Kept("before"), Kept("after")
    notices: list[Notice] = [verdict(), RULE_FAILURE]

    undelivered = deliver(notices, [before, Broken(error), after])

    assert before.notices == after.notices == notices
    assert undelivered == tuple(
        Undelivered(notice, "broken", f"{type(error).__name__}: {error}") for notice in notices
    )


def test_refused_notices_come_back() -> None:
    """Only those, and the others count as delivered."""
    kept = Kept()

    undelivered = deliver([verdict(), RULE_FAILURE], [Refusing(), kept])

    assert undelivered == (Undelivered(RULE_FAILURE, "refusing", "no failures, please"),)
    assert kept.notices == [verdict(), RULE_FAILURE]


def test_notifier_that_raises_half_way_reports_each_notice_once() -> None:
    """What it raises counts as: none was delivered. So nothing is reported twice."""
    notices: list[Notice] = [RULE_FAILURE, verdict(), DECODE_FAILURE]

    undelivered = deliver(notices, [BreaksOff()])

    assert [one.notice for one in undelivered] == notices
    assert {one.error for one in undelivered} == {"ConnectionError: reset by peer"}


def test_nobody_is_bothered_with_nothing() -> None:
    assert deliver([], [Broken(ValueError("must not be asked"))]) == ()


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


def test_verdict_in_json() -> None:
    """Every key that docs/json-lines.md describes is there, and has the words of settings and of AWS."""
    assert json.loads(to_json(verdict())) == {
        "id": "0123456789abcdef0123456789abcdef",
        "rule_id": "igw-attached",
        "compliance": "NON_COMPLIANT",
        "severity": "high",
        "title": "Internet gateway attached",
        "reason": "igw-0example is attached to vpc-0example",
        "account_id": "111122223333",
        "region": "eu-west-1",
        "event_id": "event-1",
        "event_time": "2026-03-02T09:00:00Z",
        "event_source": "ec2.amazonaws.com",
        "event_name": "AttachInternetGateway",
        "actor": {
            "type": "AssumedRole",
            "name": "Deployer",
            "arn": None,
            "account_id": None,
            "user_name": None,
            "role_name": None,
            "session_name": "ci-1234",
            "service": None,
            "access_key_id": None,
            "assumed_root": False,
        },
        "source_ip": "198.51.100.7",
        "resource": "igw-0example",
        "origin": "a.json > record 1",
        "tags": ["mitre:T1562.004"],
        "evidence": {"vpc_id": "vpc-0example"},
        "suppressed": False,
        "resource_type": None,
    }


def test_verdict_of_an_event_that_says_little_has_the_same_keys() -> None:
    """Readers need not ask whether a key is there."""
    bare = verdict(
        account_id=None, region=None, event_id=None, event_time=None, event_source=None, event_name=None,
        actor=Actor(), source_ip=None, resource=None, origin="", tags=(), evidence={},
    )  # fmt: skip

    assert json.loads(to_json(bare)).keys() == json.loads(to_json(verdict())).keys()


def test_judged_event_in_json_says_who_what_where_and_why() -> None:
    """From the log file to the line."""
    event = cloudtrail_event(
        "ec2:AttachInternetGateway",
        actor=assumed_role("Deployer", "ci-1234"),
        request={"internetGatewayId": "igw-0example", "vpcId": "vpc-0example"},
        region="eu-west-1",
    )
    guard = Guard.from_settings(notifiers=(), only=["internet-gateway-attached"])

    [found] = guard.judge(log_file([event])).verdicts
    content = json.loads(to_json(found))

    assert content["actor"]["role_name"] == "Deployer"
    assert content["actor"]["session_name"] == "ci-1234"
    assert content["event_id"] == event.event_id
    assert content["event_name"] == "AttachInternetGateway"
    assert (content["account_id"], content["region"]) == ("111122223333", "eu-west-1")
    assert content["source_ip"] == "198.51.100.7"
    assert content["resource"] == "igw-0example"
    assert "vpc-0example" in content["reason"]
    assert content["origin"] == "record 1"


@pytest.mark.parametrize(
    ("failure", "content"),
    [
        (
            RULE_FAILURE,
            {
                "kind": "rule-failure",
                "rule_id": "igw-attached",
                "event_id": "event-1",
                "event_name": "RunInstances",
                "origin": "a.json > record 1",
                "error": "KeyError: 'x'",
            },
        ),
        (
            DECODE_FAILURE,
            {"kind": "decode-failure", "origin": "a.json > record 2", "error": "not a JSON object"},
        ),
        (READ_FAILURE, {"kind": "read-failure", "origin": "missing", "error": "no such file or folder"}),
        (
            PLUGIN_FAILURE,
            {
                "kind": "plugin-failure",
                "plugin": "acme-rules 1.2.3, entry point 'acme' (acme)",
                "origin": "plugin acme-rules 1.2.3, entry point 'acme' (acme)",
                "error": "cannot be loaded: KeyError: 'x'",
            },
        ),
    ],
    ids=lambda one: type(one).__name__ if not isinstance(one, dict) else "",
)
def test_failure_in_json(failure: Notice, content: dict[str, str]) -> None:
    """It has an error and no compliance, so nobody takes it for a verdict; and none of the record's bytes."""
    assert json.loads(to_json(failure)) == content


@pytest.mark.parametrize(
    "text",
    [
        "two\nlines",
        "\r\n",
        "\v\f\x1c\x1d\x1e",
        "next line \x85",
        "line \u2028 and paragraph \u2029",
        "\x1b[31mred\x1b[0m",
        "8-bit \x9b31m",
        "evil \u202egpj.exe",
        "\x7f\x00",
    ],
    ids=ascii,
)
def test_hostile_text_stays_in_its_line(text: str) -> None:
    """Every reader sees one line, no terminal obeys it, and the text can be had back."""
    line = to_json(verdict(reason=text, resource=text, actor=Actor(name=text), evidence={text: text}))
    content = json.loads(line)

    assert line.splitlines() == [line]
    assert line.isprintable()
    assert content["reason"] == content["resource"] == content["actor"]["name"] == text
    assert content["evidence"] == {text: text}


@each_failure
def test_hostile_text_in_a_failure_stays_in_its_line(failure: Any) -> None:
    hostile = replace(failure, origin="a\nb\x1b[2J > record 1", error="two\nlines\u2028")
    line = to_json(hostile)

    assert line.splitlines() == [line]
    assert line.isprintable()
    assert json.loads(line)["error"] == "two\nlines\u2028"


def test_text_of_other_scripts_is_readable() -> None:
    """A near miss: what people can read is not spelled out."""
    assert "Zoë 東京 \N{PARTY POPPER}" in to_json(verdict(reason="Zoë 東京 \N{PARTY POPPER}"))


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        ("a", 1),
        {"a"},
        Severity.HIGH,
        DEFAULT_TIME,
        b"text",
        {1: "a number as key"},
        {("a", 1): "a tuple as key"},
        {None: "nothing as key"},
        object(),
        Undelivered,
        2**70,
    ],
    ids=lambda one: ascii(one)[:30],
)
def test_evidence_that_is_no_json_is_written_all_the_same(value: Any) -> None:
    """Rules come from anybody; the line stays JSON that every parser takes."""
    line = to_json(verdict(evidence={"value": value}))

    assert json.loads(line, parse_constant=pytest.fail)["id"] == "0123456789abcdef0123456789abcdef"
    assert json.loads(to_json(verdict(evidence={"value": value}), max_bytes=100))["truncated"] is True


def circle() -> dict[str, Any]:
    inner: dict[str, Any] = {}
    inner["inner"] = inner
    return inner


@pytest.mark.parametrize(
    "value", [b"\xff", "\ud800", circle()], ids=["bytes that are no text", "lone surrogate", "circle"]
)
def test_evidence_that_cannot_be_written_costs_no_verdict(value: Any) -> None:
    r"""The verdict matters more. An attacker can write a lone surrogate into a policy, as ``\ud800``."""
    line = to_json(verdict(evidence={"value": value}))

    line.encode()
    assert json.loads(line)["id"] == "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize("field", ["reason", "resource", "origin"])
def test_lone_surrogate_in_a_text_costs_no_verdict(field: str) -> None:
    """The name of a file is one way for it to come in."""
    line = to_json(verdict(**{field: "b\udcff.json.gz"}))

    line.encode()
    assert json.loads(line)[field].startswith("b")


def test_nothing_is_shortened_without_need() -> None:
    """The limit itself is not too long; one byte more is."""
    whole = to_json(verdict(reason="\N{SNOWMAN}" * 2_000))
    size = len(whole.encode())

    assert to_json(verdict(reason="\N{SNOWMAN}" * 2_000), max_bytes=size) == whole
    assert json.loads(to_json(verdict(reason="\N{SNOWMAN}" * 2_000), max_bytes=size - 1))["truncated"] is True
    assert "truncated" not in json.loads(whole)


def test_evidence_and_the_ends_of_long_texts_go() -> None:
    """Texts up to 1,024 characters stay whole, whatever else is long; so does what is no text."""
    large = verdict(
        reason="why " * 500,
        resource="r" * 1_024,
        actor=Actor(name="n" * 2_000, session_name="ci-1234"),
        evidence={"policy": "x" * 300_000},
    )

    content = json.loads(to_json(large, max_bytes=SNS_BYTES))
    whole = json.loads(to_json(large))

    assert content == whole | {
        "reason": ("why " * 500)[:1_024],
        "actor": whole["actor"] | {"name": "n" * 1_024},
        "evidence": {},
        "truncated": True,
    }


@each_failure
def test_failure_is_shortened_as_well(failure: Any) -> None:
    """A pydantic error, say, may name thousands of fields."""
    long = replace(failure, error="e" * 400_000)

    content = json.loads(to_json(long, max_bytes=SNS_BYTES))

    assert content["truncated"] is True
    assert content["error"].startswith("e" * 100)
    assert content["origin"] == failure.origin


@settings(max_examples=30)  # megabytes take their time
@given(st.text(max_size=9), st.text(max_size=9), st.dictionaries(st.text(max_size=9), st.text(max_size=9)))
def test_shortened_verdict_fits_and_says_who_what_where_and_why(
    why: str, who: str, facts: dict[str, str]
) -> None:
    """Whatever is long in it, down to characters that take six bytes each."""
    reason, name, evidence = why * 4_000, who * 2_000, {key: text * 8_000 for key, text in facts.items()}
    large = verdict(reason=reason, actor=Actor(name=name), evidence=evidence)

    line = to_json(large, max_bytes=SNS_BYTES)
    content = json.loads(line)
    whole = json.loads(to_json(large))

    assert len(line.encode()) <= SNS_BYTES
    assert whole.keys() <= content.keys()
    assert reason.startswith(content["reason"])
    assert bool(content["reason"]) == bool(reason)
    assert name.startswith(content["actor"]["name"])
    untouched = whole.keys() - {"reason", "actor", "evidence"}
    assert {key: content[key] for key in untouched} == {key: whole[key] for key in untouched}


# Dead letters


def test_dead_letter_has_the_bytes() -> None:
    """Whatever they are; a decode failure, which goes to people, has none."""
    content = json.loads(to_json(DeadLetter("sqs 059f", "not JSON", b"\xff\x00secret")))

    assert content == {
        "kind": "dead-letter",
        "origin": "sqs 059f",
        "error": "not JSON",
        "data": base64.b64encode(b"\xff\x00secret").decode(),
    }
    assert "data" not in json.loads(to_json(DECODE_FAILURE))


@pytest.mark.parametrize("size", [100_000, 195_000, 196_000, 1_000_000])
def test_dead_letter_keeps_as_many_bytes_as_there_is_room_for(size: int) -> None:
    data = bytes(range(256)) * (size // 256 + 1)

    line = to_json(DeadLetter("sqs 059f", "not JSON", data), max_bytes=SNS_BYTES)
    content = json.loads(line)
    kept = base64.b64decode(content["data"])

    assert len(line.encode()) <= SNS_BYTES
    assert data.startswith(kept)
    assert ("truncated" in content) == (kept != data)
    assert kept == data or len(line.encode()) > SNS_BYTES - 8


def test_dead_letter_of_endless_origin_still_fits() -> None:
    letter = DeadLetter("o" * 300_000, "e" * 300_000, b"x" * 300_000)

    content = json.loads(to_json(letter, max_bytes=4_096))

    assert (len(content["origin"]), len(content["error"])) == (1_024, 1_024)
    assert b"x" * 900 < base64.b64decode(content["data"]) < b"y"
