"""Messages are posted to a server on this machine that answers as Slack does. Slack itself shows none."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from receiver import Receiver, Waits, answer, errors, network, receiving, resets, verdict

from trailguard import Severity, Verdict
from trailguard.models import Actor
from trailguard.notifiers.slack import SlackNotifier
from trailguard.record import DecodeFailure, ReadFailure, printable
from trailguard.report import DeadLetter
from trailguard.verdict import PluginFailure, RuleFailure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailguard.report import Notice

EVENT_ID = "1a2b3c4d-0000-1111-2222-333344445555"
WHOLE = {
    "account_id": "111122223333",
    "region": "eu-west-1",
    "event_id": EVENT_ID,
    "event_time": datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    "event_source": "ec2.amazonaws.com",
    "event_name": "AttachInternetGateway",
    "actor": Actor(
        type="AssumedRole",
        name="Deployer",
        session_name="ci-1234",
        arn="arn:aws:sts::111122223333:assumed-role/Deployer/ci-1234",
    ),
    "source_ip": "198.51.100.7",
    "resource": "igw-0example",
    "resource_type": "AWS::EC2::InternetGateway",
}
FAILURES: list[Notice] = [
    RuleFailure("igw-attached", "event-1", "RunInstances", "a.json > record 1", "KeyError: 'x'"),
    DecodeFailure("a.json > record 2", "not a JSON object", b"\xff\x00"),
    ReadFailure("s3://amzn-s3-demo-bucket/a.json", "Access Denied"),
    PluginFailure("acme-rules 1.2.3", "cannot be loaded"),
]
OUR_LINK = re.compile(
    r"<https://[a-z0-9-]+\.console\.(?:aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com)"
    r"/cloudtrailv2/home\?region=[a-z0-9-]+#/events/[0-9a-f-]{36}\|console>"
)


@pytest.fixture(name="receiver")
def _receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def notifier(receiver: Receiver, **options: Any) -> SlackNotifier:
    return SlackNotifier(receiver.url, allow_private=True, network=network(), **options)


def written(*notices: Notice) -> Any:
    """Return a message as Slack gets it."""
    slack = SlackNotifier("https://hooks.slack.com/services/T0KENEXAMPLE")
    body, _ = slack.request([slack.entry(notice)[0] for notice in notices])
    return json.loads(body)


def shown(notice: Notice) -> str:
    """Return the text of one notice."""
    header, section = written(notice)["blocks"]
    assert (header["type"], section["type"]) == ("header", "section")
    text: str = section["text"]["text"]
    return text


# What it shows


def test_says_who_what_where_why_and_how_bad(receiver: Receiver) -> None:
    assert notifier(receiver).send([verdict(**WHOLE)]) == []
    [request] = receiver.requests
    message = json.loads(request.body)
    [header, section] = message["blocks"]

    assert request.headers["Content-Type"] == "application/json; charset=utf-8"
    assert message["text"] == header["text"]["text"] == "[HIGH] Internet gateway attached"
    assert section["text"]["text"].splitlines() == [
        "*Why:* `igw-0example is attached to vpc-0example`",
        "*Who:* `role Deployer (session ci-1234)` from `198.51.100.7`",
        "*ARN:* `arn:aws:sts::111122223333:assumed-role/Deployer/ci-1234`",
        "*What:* `igw-0example` (`AWS::EC2::InternetGateway`)",
        "*Where:* account `111122223333`, region `eu-west-1`",
        (
            "*Event:* `ec2.amazonaws.com AttachInternetGateway` at `2026-01-02T03:04:05+00:00`,"
            " <https://eu-west-1.console.aws.amazon.com/cloudtrailv2/home?region=eu-west-1"
            f"#/events/{EVENT_ID}|console>"
        ),
        f"*Rule:* `igw-attached`, verdict `{1:032x}`",
    ]


def test_what_is_missing_is_said() -> None:
    """Who, what, where and why are there for every verdict; ``None`` would read as a name."""
    assert shown(verdict()).splitlines() == [
        "*Why:* `igw-0example is attached to vpc-0example`",
        "*Who:* `unknown` from unknown",
        "*What:* unknown",
        "*Where:* account unknown, region unknown",
        "*Event:* unknown at unknown",
        f"*Rule:* `igw-attached`, verdict `{1:032x}`",
    ]


def test_time_is_in_utc() -> None:
    there = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2)))

    assert "at `2026-01-02T01:04:05+00:00`" in shown(verdict(event_time=there))


@pytest.mark.parametrize("severity", list(Severity))
@pytest.mark.parametrize(("suppressed", "said"), [(False, ""), (True, ", suppressed")])
def test_header_says_how_bad_it_is(severity: Severity, said: str, *, suppressed: bool) -> None:
    message = written(verdict(severity=severity, suppressed=suppressed))

    assert message["text"] == f"[{severity.value.upper()}{said}] Internet gateway attached"


@pytest.mark.parametrize(
    ("failure", "header", "lines"),
    [
        (
            FAILURES[0],
            "[FAILURE] A rule could not judge an event",
            [
                "*Why:* `KeyError: 'x'`",
                "*Where:* `a.json &gt; record 1`",
                "*Rule:* `igw-attached`",
                "*Event:* `RunInstances`, id `event-1`",
            ],
        ),
        (
            FAILURES[1],
            "[FAILURE] A record could not be decoded",
            ["*Why:* `not a JSON object`", "*Where:* `a.json &gt; record 2`"],
        ),
        (
            FAILURES[2],
            "[FAILURE] An input could not be read",
            ["*Why:* `Access Denied`", "*Where:* `s3://amzn-s3-demo-bucket/a.json`"],
        ),
        (
            FAILURES[3],
            "[FAILURE] A plugin is left out",
            ["*Why:* `cannot be loaded`", "*Where:* `plugin acme-rules 1.2.3`"],
        ),
    ],
    ids=lambda one: type(one).__name__,
)
def test_failures_are_shown(failure: Notice, header: str, lines: list[str]) -> None:
    message = written(failure)

    assert message["text"] == header
    assert message["blocks"][1]["text"]["text"].splitlines() == lines


def test_dead_letter_is_undelivered(receiver: Receiver) -> None:
    """Slack has no room for its bytes, and what it takes would count as kept."""
    letter = DeadLetter("a.json > record 3", "not JSON", b"\xff\x00")

    assert [one.notice for one in notifier(receiver).send([letter])] == [letter]


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("us-east-1", "us-east-1.console.aws.amazon.com"),
        ("ap-southeast-2", "ap-southeast-2.console.aws.amazon.com"),
        ("cn-northwest-1", "cn-northwest-1.console.amazonaws.cn"),
        ("us-gov-west-1", "us-gov-west-1.console.amazonaws-us-gov.com"),
    ],
)
def test_links_to_the_console_of_the_partition(region: str, host: str) -> None:
    link = f"<https://{host}/cloudtrailv2/home?region={region}#/events/{EVENT_ID}|console>"

    assert link in shown(verdict(region=region, event_id=EVENT_ID))


@pytest.mark.parametrize(
    ("region", "event_id"),
    [
        (None, EVENT_ID),
        ("eu-west-1", None),
        ("", EVENT_ID),
        ("us-iso-east-1", EVENT_ID),
        ("evil.example.com/eu-west-1", EVENT_ID),
        ("eu-west-1|click", EVENT_ID),
        ("eu-west-1\n", EVENT_ID),
        ("eu-west-1", EVENT_ID + ">"),
        ("eu-west-1", EVENT_ID + "\n"),
        ("eu-west-1", f"111122223333 eu-west-1 AWS::EC2::Instance {EVENT_ID}"),
    ],
)
def test_no_link_is_made_of_what_is_no_id(region: str | None, event_id: str | None) -> None:
    """A near miss: an attacker, or AWS Config, wrote something else there."""
    assert "|" not in shown(verdict(region=region, event_id=event_id)).replace("|click", "")
    assert "://" not in shown(verdict(region=region, event_id=event_id))


# Hostile text


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        ("<!channel> look", "&lt;!channel&gt; look"),
        ("<@U012AB3CD>", "&lt;@U012AB3CD&gt;"),
        ("<https://evil.example.com|AWS console>", "&lt;https://evil.example.com|AWS console&gt;"),
        ("https://evil.example.com @here :fire: *b*", "https://evil.example.com @here :fire: *b*"),
        ("&lt;!here&gt;", "&amp;lt;!here&amp;gt;"),
        ("a` <https://evil.example.com> `b", r"a\x60 &lt;https://evil.example.com&gt; \x60b"),
        ("```\nx\n```", r"\x60\x60\x60\nx\n\x60\x60\x60"),
        ("two\r\nlines", r"two\r\nlines"),
        ("\x1b[31mred\x07\x9b\x7f", r"\x1b[31mred\x07\x9b\x7f"),
        ("\u202eevil\u200b\u2028", r"\u202eevil\u200b\u2028"),
        ("half \ud800 pair", r"half \ud800 pair"),
        ("\N{SNOWMAN} Grüße", "\N{SNOWMAN} Grüße"),
    ],
)
def test_hostile_text_is_shown_as_code(hostile: str, harmless: str) -> None:
    """In code, Slack makes nothing of URLs, mentions and emoji, and it cannot be left."""
    assert shown(verdict(reason=hostile)).splitlines()[0] == f"*Why:* `{harmless}`"
    assert f"*Who:* `user {harmless}` from" in shown(verdict(actor=Actor(type="IAMUser", name=hostile)))


def test_slack_is_told_to_make_nothing_of_texts() -> None:
    message = written(verdict(**WHOLE))

    assert message["blocks"][0]["text"] == {
        "type": "plain_text",
        "text": "[HIGH] Internet gateway attached",
        "emoji": False,
    }
    assert message["blocks"][1]["text"]["verbatim"] is True
    assert (message["mrkdwn"], message["unfurl_links"], message["unfurl_media"]) == (False, False, False)


any_text = st.text(st.characters(exclude_categories=()), max_size=40) | st.sampled_from(
    ["<!channel>", "&" * 5000, "`" * 5000, "\0" * 5000, "x" * 1_000_000, "<https://evil.example.com|x>", " "]
)
maybe = st.none() | any_text
some_verdict = st.builds(
    verdict,
    id=any_text,
    rule_id=any_text,
    severity=st.sampled_from(Severity),
    title=any_text,
    reason=any_text,
    account_id=maybe,
    region=maybe | st.just("eu-west-1"),
    event_id=maybe | st.just(EVENT_ID),
    event_time=st.none() | st.datetimes(timezones=st.just(UTC)),
    event_source=maybe,
    event_name=maybe,
    actor=st.builds(
        Actor, type=st.sampled_from(["IAMUser", "Root", "AssumedRole", "odd"]), name=any_text, arn=maybe
    ),
    source_ip=maybe,
    resource=maybe,
    resource_type=maybe,
    suppressed=st.booleans(),
)
some_failure = (
    st.builds(RuleFailure, any_text, maybe, any_text, any_text, any_text)
    | st.builds(DecodeFailure, any_text, any_text, st.binary())
    | st.builds(ReadFailure, any_text, any_text)
    | st.builds(PluginFailure, any_text, any_text)
)


def begins(label: str, value: str | None, text: str, least: int = 5) -> bool:
    """Tell whether a text shows the beginning of a value behind a label."""
    value = (value or "").strip(" ")[:least]
    value = value[: max(1, 24 // max(len(printable(one)) for one in value))] if value else value
    [line] = [line for line in text.splitlines() if line.startswith(f"*{label}:*")]
    plain = line.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return printable(value or "unknown").replace("`", r"\x60") in plain


@given(some_verdict | some_failure)
def test_whatever_the_notice_its_message_is_harmless_and_within_limits(notice: Notice) -> None:
    message = written(notice)
    header, section = message["blocks"]
    text = section["text"]["text"]

    for one in (message["text"], header["text"]["text"], OUR_LINK.sub("", text)):
        assert re.search(r"[<>]|&(?!(?:lt|gt|amp);)", one) is None
        assert one.replace("\n", "").isprintable()
    assert "\n" not in message["text"]
    assert len(header["text"]["text"]) <= 150
    assert 0 < len(text) <= 3_000
    assert all(line.count("`") % 2 == 0 for line in text.splitlines())
    if isinstance(notice, Verdict):
        assert message["text"].startswith(f"[{notice.severity.value.upper()}")
        assert begins("Who", str(notice.actor), text)
        assert begins("What", notice.resource, text)
        assert begins("Where", notice.account_id, text)
        assert begins("Where", notice.region, text)
        assert begins("Why", notice.reason, text)
    else:
        assert begins("Where", notice.origin, text)
        assert begins("Why", notice.error, text)


@given(st.lists(some_verdict | some_failure, min_size=10, max_size=10))
def test_ten_notices_are_within_the_limits_of_a_message(notices: list[Notice]) -> None:
    message = written(*notices)

    assert len(message["blocks"]) <= 50
    assert len(message["text"].splitlines()) == 10
    assert len(message["text"]) + sum(len(block["text"]["text"]) for block in message["blocks"]) <= 40_000


def test_long_text_is_cut() -> None:
    """It says so, and no entity is cut in two."""
    exactly = shown(verdict(reason="x" * 999)).splitlines()[0]
    longer = shown(verdict(reason="x" * 1001)).splitlines()[0]
    entities = shown(verdict(reason="&" * 1001)).splitlines()[0]

    assert exactly == f"*Why:* `{'x' * 999}`"
    assert longer == f"*Why:* `{'x' * 999}…`"
    assert entities == f"*Why:* `{'&amp;' * 199}…`"


# What is posted, and answered


@pytest.mark.parametrize(("number", "posted"), [(0, []), (1, [1]), (10, [10]), (21, [10, 10, 1])])
def test_posts_ten_in_a_message(receiver: Receiver, number: int, posted: list[int]) -> None:
    """Slack takes about one message a second."""
    assert notifier(receiver).send([verdict(n, **WHOLE) for n in range(number)]) == []

    messages = [json.loads(request.body) for request in receiver.requests]
    assert [len(message["blocks"]) / 2 for message in messages] == posted
    assert [len(message["text"].splitlines()) for message in messages] == posted


@pytest.mark.parametrize(
    "said", [b"", b"not ok", b"okay", b"<html>Sign in to the hotel's network</html>", b"\xff\xfe"]
)
def test_success_that_does_not_say_ok_is_none(receiver: Receiver, said: bytes) -> None:
    receiver.answers = [answer(200, said)]

    undelivered = notifier(receiver).send_within([verdict()], Waits().patience())

    assert errors(undelivered) == ["HTTP 200, but Slack did not say ok"]
    assert len(receiver.requests) == 5


def test_message_whose_answer_is_lost_is_posted_again(receiver: Receiver) -> None:
    """Rather twice than never."""
    receiver.answers = [resets(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"), answer(200, b"ok\n")]

    assert notifier(receiver).send_within([verdict()], Waits().patience()) == []
    assert len(receiver.requests) == 2


@pytest.mark.parametrize(
    ("status", "code", "posts"),
    [
        (400, "invalid_payload", 3),
        (400, "no_text", 3),
        (403, "action_prohibited", 1),
        (403, "invalid_token", 1),
        (403, "channel_is_archived", 1),
        (404, "channel_not_found", 1),
        (404, "no_service", 1),
        (410, "channel_is_archived", 1),
    ],
)
def test_what_slack_refuses_for_good_is_not_tried_again(
    receiver: Receiver, status: int, code: str, posts: int
) -> None:
    """Slack says why. Only a payload is somebody's fault: then each is posted by itself."""
    receiver.answers = [answer(status, code.encode())]
    waits = Waits()

    undelivered = notifier(receiver).send_within([verdict(1), verdict(2)], waits.patience())

    assert [one.error.endswith(f": {code}") for one in undelivered] == [True, True]
    assert undelivered[0].error.startswith(f"HTTP {status} ")
    assert (len(receiver.requests), waits) == (posts, [])


def test_one_bad_notice_does_not_stop_the_others(receiver: Receiver) -> None:
    no, ok = answer(400, b"invalid_blocks"), answer(200, b"ok")
    receiver.answers = [no, ok, no, no, ok]
    notices = [verdict(n) for n in range(4)]

    [undelivered] = notifier(receiver).send(notices)

    assert undelivered.notice is notices[2]


def test_throttling_is_waited_for(receiver: Receiver) -> None:
    """As long as Slack says; what was taken is not posted again."""
    ok = answer(200, b"ok")
    receiver.answers = [ok, answer(429, b"rate_limited", Retry_After="30"), ok]
    waits = Waits()

    undelivered = notifier(receiver).send_within([verdict(n) for n in range(30)], waits.patience())

    assert undelivered == []
    assert waits == [30.0]
    bodies = [request.body for request in receiver.requests]
    assert len(bodies) == 4
    assert bodies[1] == bodies[2]
    assert len(set(bodies)) == 3


@pytest.mark.parametrize("status", [400, 403, 404, 500, 200])
def test_url_is_in_no_error(receiver: Receiver, status: int) -> None:
    """Whoever knows it may post; and a proxy's error page says it."""
    receiver.answers = [answer(status, b"/T0KENEXAMPLE was not found")]
    slack = notifier(receiver)

    undelivered = slack.send_within([verdict()], Waits().patience())

    assert len(undelivered) == 1
    assert "T0KENEXAMPLE" not in f"{undelivered} {slack!r}"


def test_url_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="url is not what it should be") as error:
        SlackNotifier("hooks.slack.com/services/T0KENEXAMPLE")

    assert "T0KENEXAMPLE" not in str(error.value)
    assert SlackNotifier("https://hooks.slack.com/services/T0KENEXAMPLE").name == "slack"
