from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from notices import failures, verdict, verdicts
from trailguard import Guard, Severity, Verdict
from trailguard.message import FAILURE_SCHEMA, VERDICT_SCHEMA, to_json
from trailguard.models import Actor
from trailguard.record import DecodeFailure, ReadFailure
from trailguard.report import DeadLetter, Notice
from trailguard.testing import DEFAULT_TIME, assumed_role, cloudtrail_event, log_file
from trailguard.verdict import PluginFailure, RuleFailure, Suppression

DOCS = Path(__file__).parent.parent / "docs"
SCHEMA: dict[str, Any] = json.loads((DOCS / "verdict.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
SNS_BYTES = 261_120
RULE_FAILURE = RuleFailure("igw-attached", "event-1", "RunInstances", "a.json > record 1", "KeyError: 'x'")
DECODE_FAILURE = DecodeFailure("a.json > record 2", "not a JSON object", b"\xff\x00secret")
READ_FAILURE = ReadFailure("missing", "no such file or folder")
PLUGIN_FAILURE = PluginFailure(
    "acme-rules 1.2.3, entry point 'acme' (acme)", "cannot be loaded: KeyError: 'x'"
)
DEAD_LETTER = DeadLetter("sqs 059f", "not JSON", b"\xff\x00secret")

each_failure = pytest.mark.parametrize(
    "failure", [RULE_FAILURE, DECODE_FAILURE, READ_FAILURE], ids=lambda failure: type(failure).__name__
)


def test_verdict_in_json() -> None:
    """Every key that docs/json-lines.md describes is there, and has the words of settings and of AWS."""
    assert json.loads(to_json(verdict())) == {
        "schema": "trailguard/verdict/1",
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
        "suppression": None,
    }


@pytest.mark.parametrize("notice", [verdict(), RULE_FAILURE, DEAD_LETTER], ids=lambda one: type(one).__name__)
def test_schema_comes_first(notice: Notice) -> None:
    """Who looks at a line in a log sees at once what it is."""
    schema = "verdict" if isinstance(notice, Verdict) else "failure"

    for line in (to_json(notice), to_json(notice, max_bytes=1)):
        assert line.startswith(f'{{"schema":"trailguard/{schema}/1",')


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
                "schema": "trailguard/failure/1",
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
            {
                "schema": "trailguard/failure/1",
                "kind": "decode-failure",
                "origin": "a.json > record 2",
                "error": "not a JSON object",
            },
        ),
        (
            READ_FAILURE,
            {
                "schema": "trailguard/failure/1",
                "kind": "read-failure",
                "origin": "missing",
                "error": "no such file or folder",
            },
        ),
        (
            PLUGIN_FAILURE,
            {
                "schema": "trailguard/failure/1",
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
        Verdict,
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
    assert json.loads(to_json(DEAD_LETTER)) == {
        "schema": "trailguard/failure/1",
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


# The schema in docs/verdict.schema.json


def errors(content: object) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(content)]


def described(name: str) -> set[str]:
    """Return the keys that the schema has for one of its objects."""
    return set(SCHEMA["$defs"][name]["properties"])


def test_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@given(verdicts | failures, st.none() | st.integers(0, 2_000))
def test_every_message_is_as_the_schema_says(notice: Notice, max_bytes: int | None) -> None:
    """Shortened or not, and with no key that the schema does not know."""
    content = json.loads(to_json(notice, max_bytes))
    name = "verdict" if isinstance(notice, Verdict) else "failure"

    assert errors(content) == []
    assert content.keys() <= described(name)
    if isinstance(notice, Verdict):
        assert content["actor"].keys() == described("actor")


def test_schema_and_messages_have_the_same_keys() -> None:
    """None of them has a key in vain: of failures, all kinds taken together."""
    made = [RULE_FAILURE, DECODE_FAILURE, READ_FAILURE, PLUGIN_FAILURE, DEAD_LETTER]
    told = [json.loads(to_json(one, max_bytes=1)) for one in made]
    shortened = json.loads(to_json(verdict(suppression=Suppression("a", "b")), max_bytes=1))

    assert shortened.keys() == described("verdict")
    assert shortened.keys() - {"truncated"} == set(SCHEMA["$defs"]["verdict"]["required"])
    assert shortened["suppression"].keys() == described("suppression")
    assert set().union(*told) == described("failure")
    assert {one["kind"] for one in told} == set(SCHEMA["$defs"]["failure"]["properties"]["kind"]["examples"])
    assert SCHEMA["$defs"]["verdict"]["properties"]["schema"]["const"] == VERDICT_SCHEMA
    assert SCHEMA["$defs"]["failure"]["properties"]["schema"]["const"] == FAILURE_SCHEMA


@pytest.mark.parametrize("key", sorted(SCHEMA["$defs"]["verdict"]["required"]))
@pytest.mark.parametrize("wrong", ["missing", "of another type"])
def test_schema_refuses_a_verdict_without_a_key(key: str, wrong: str) -> None:
    content = json.loads(to_json(verdict()))
    if wrong == "missing":
        del content[key]
    else:
        content[key] = 5

    assert errors(content) != []


@pytest.mark.parametrize(
    "changes",
    [
        {"schema": "trailguard/verdict/2"},
        {"schema": "trailguard/failure/1"},
        {"schema": "trailguard/verdict"},
        {"id": "0123456789ABCDEF0123456789ABCDEF"},
        {"id": "0123"},
        {"compliance": "INSUFFICIENT_DATA"},
        {"severity": "HIGH"},
        {"event_time": "2026-03-02"},
        {"event_time": "2026-03-02T09:00:00"},
        {"event_time": "2026-03-02T09:00:00+01:00"},
        {"actor": {"type": "Root", "name": "root"}},
        {"actor": None},
        {"tags": "cis:5.2"},
        {"tags": [5]},
        {"evidence": None},
        {"suppressed": None},
        {"suppression": {"owner": "dana"}},
        {"suppression": {"owner": "dana", "reason": "a test", "expires": "soon"}},
        {"truncated": False, "evidence": {}},
        {"truncated": True},
    ],
    ids=ascii,
)
def test_schema_refuses_what_looks_like_a_verdict(changes: dict[str, Any]) -> None:
    """A shortened one, for instance, has no evidence."""
    assert errors(json.loads(to_json(verdict())) | changes) != []


@pytest.mark.parametrize(
    ("failure", "changes"),
    [
        (RULE_FAILURE, {"rule_id": None}),
        (RULE_FAILURE, {"schema": "trailguard/verdict/1"}),
        (RULE_FAILURE, {"schema": None}),
        (DECODE_FAILURE, {"kind": "rule-failure"}),
        (DECODE_FAILURE, {"kind": "plugin-failure"}),
        (DECODE_FAILURE, {"kind": "dead-letter"}),
        (DECODE_FAILURE, {"kind": None}),
        (READ_FAILURE, {"error": None}),
        (READ_FAILURE, {"origin": 5}),
        (READ_FAILURE, {"compliance": "COMPLIANT"}),
        (DEAD_LETTER, {"data": "{not base64}"}),
        (PLUGIN_FAILURE, {"truncated": "yes"}),
    ],
    ids=ascii,
)
def test_schema_refuses_what_looks_like_a_failure(failure: Notice, changes: dict[str, Any]) -> None:
    assert errors(json.loads(to_json(failure)) | changes) != []


@pytest.mark.parametrize("notice", [verdict(), DEAD_LETTER], ids=lambda one: type(one).__name__)
def test_schema_lets_later_releases_add(notice: Notice) -> None:
    """A near miss: keys, and kinds of failure, keep the number."""
    content = json.loads(to_json(notice)) | {"added_later": 1}
    if not isinstance(notice, Verdict):
        content["kind"] = "failure-of-the-future"

    assert errors(content) == []


def table(page: str, number: int) -> list[list[str]]:
    """Return the rows of a page's table, cell by cell, without the head."""
    found = re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE)[number]
    return [[cell.strip() for cell in row.split("|")[1:-1]] for row in found.splitlines()[2:]]


def named(cell: str) -> set[str]:
    """Return the words of a cell that are written as code."""
    return set(re.findall(r"`([\w-]+)`", cell))


def test_page_for_people_has_the_same_keys() -> None:
    page = (DOCS / "json-lines.md").read_text("utf-8")
    keys = {row[0].strip("`"): row[2] for row in table(page, 0)}
    kinds = {row[0].strip("`"): row[2] for row in table(page, 1)}
    of_all = {"schema", "kind", "origin", "error", "truncated"}

    assert keys.keys() == described("verdict")
    assert named(keys["actor"]) == described("actor")
    assert named(keys["suppression"]) == described("suppression")
    assert list(kinds) == SCHEMA["$defs"]["failure"]["properties"]["kind"]["examples"]
    assert of_all.union(*map(named, kinds.values())) == described("failure")


@pytest.mark.parametrize("key", ["compliance", "severity"])
def test_page_for_people_has_the_same_values(key: str) -> None:
    page = (DOCS / "json-lines.md").read_text("utf-8")
    [text] = [row[2] for row in table(page, 0) if row[0] == f"`{key}`"]

    assert named(text) == set(SCHEMA["$defs"]["verdict"]["properties"][key]["enum"])
