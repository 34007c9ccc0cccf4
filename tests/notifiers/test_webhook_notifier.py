"""Notices are posted to a server on this machine, which misbehaves as servers do."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import re
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from receiver import (
    NOW,
    OK,
    Receiver,
    Waits,
    answer,
    hangs,
    network,
    receiving,
    resets,
    verdict,
)

from trailguard.message import to_json
from trailguard.notifiers._http import Network
from trailguard.notifiers.webhook import WebhookNotifier, verify
from trailguard.record import DecodeFailure
from trailguard.verdict import RuleFailure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailguard.report import Notice

# printf "1800000000.[]" | openssl dgst -sha256 -hmac secret
GOOD = "v1=088824cbfb8e3ce035819126da8cb74ef932b6dc1e545cecb534ec071b4160ad"
SECRET = "whsec_0123456789EXAMPLE"  # noqa: S105  # it is none
RULE_FAILURE = RuleFailure("igw-attached", "event-1", "RunInstances", "a.json > record 1", "KeyError: 'x'")
DECODE_FAILURE = DecodeFailure("a.json > record 2", "not a JSON object", b"\xff\x00")


def notifier(receiver: Receiver, **options: Any) -> WebhookNotifier:
    return WebhookNotifier(receiver.url, **{"allow_private": True, "network": network(), **options})


@pytest.fixture(name="receiver")
def _receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


# What is sent


def test_posts_an_array(receiver: Receiver) -> None:
    notices: list[Notice] = [verdict(1), RULE_FAILURE, verdict(2), DECODE_FAILURE]

    assert notifier(receiver).send(notices) == []
    [request] = receiver.requests

    assert request.target == "/T0KENEXAMPLE"
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["Host"] == f"127.0.0.1:{receiver.port}"
    assert request.body.decode() == f"[{','.join(to_json(notice) for notice in notices)}]"
    assert [one["origin"] for one in json.loads(request.body)][1::2] == [
        "a.json > record 1",
        "a.json > record 2",
    ]


def test_posts_lines(receiver: Receiver) -> None:
    notices: list[Notice] = [verdict(1), RULE_FAILURE]

    assert notifier(receiver, format="jsonl").send(notices) == []
    [request] = receiver.requests

    assert request.headers["Content-Type"] == "application/x-ndjson"
    assert request.body.decode() == "".join(f"{to_json(notice)}\n" for notice in notices)


@pytest.mark.parametrize(("number", "posted"), [(0, []), (100, [100]), (101, [100, 1])])
def test_posts_a_hundred_at_a_time(receiver: Receiver, number: int, posted: list[int]) -> None:
    assert notifier(receiver).send([verdict(n) for n in range(number)]) == []

    assert [len(json.loads(request.body)) for request in receiver.requests] == posted


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_no_request_is_large(receiver: Receiver, form: str) -> None:
    """One that is too large by itself is shortened, and nobody else is."""
    notices = [verdict(n, evidence={"policy": "x" * 80_000}) for n in range(4)]
    notices.append(verdict(5, evidence={"policy": "x" * 300_000}))

    assert notifier(receiver, format=form).send(notices) == []

    assert len(receiver.requests) == 2
    assert all(len(request.body) <= 262_144 for request in receiver.requests)
    text = b"".join(request.body for request in receiver.requests)
    assert text.count(b'"truncated":true') == 1


@pytest.mark.parametrize(
    "hostile",
    [
        "</script><!channel>",
        "\x1b[31mred\x07\x9b",
        'two\r\nlines\u2028{"rule_id": "forged"}',
        "\ud800",
        "\u202eevil",
        "x" * 1_000_000,
    ],
)
def test_hostile_text_stays_data(receiver: Receiver, hostile: str) -> None:
    """Each notice is one line of printable JSON, and says what it said before."""
    assert notifier(receiver, format="jsonl").send([verdict(reason=hostile, resource=hostile)]) == []
    [request] = receiver.requests

    [line] = request.body.decode().splitlines()
    assert line.isprintable()
    said = json.loads(line)["resource"]
    assert hostile.encode("utf-8", "backslashreplace").decode().startswith(said)


def test_headers_are_sent(receiver: Receiver) -> None:
    assert notifier(receiver, headers={"Authorization": "Bearer EXAMPLE"}).send([verdict()]) == []

    assert receiver.requests[0].headers["Authorization"] == "Bearer EXAMPLE"
    assert receiver.requests[0].headers["X-Trailguard-Signature"] is None


def test_target_is_posted_to_as_it_is_written(receiver: Receiver) -> None:
    """A query without a path is one of the root."""
    receiver.url = receiver.url.replace("/T0KENEXAMPLE", "?token=a%20b&c=%2F")

    assert notifier(receiver).send([verdict()]) == []
    assert receiver.requests[0].target == "/?token=a%20b&c=%2F"


def test_proxies_of_the_environment_are_not_used(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://192.0.2.1:9")

    assert notifier(receiver).send([verdict()]) == []
    assert len(receiver.requests) == 1


def test_same_batch_has_the_same_key(receiver: Receiver) -> None:
    """A receiver that took it, but whose answer was lost, can tell. Another batch has another."""
    receiver.answers = [resets(), OK]
    notices: list[Notice] = [verdict(1), RULE_FAILURE]

    assert notifier(receiver).send_within(notices, Waits().patience()) == []
    assert notifier(receiver).send([verdict(2)]) == []
    first, again, other = [request.headers["Idempotency-Key"] for request in receiver.requests]

    failure = hashlib.sha256(to_json(RULE_FAILURE).encode()).hexdigest()
    assert first == again == hashlib.sha256(f"{verdict(1).id}\n{failure}".encode()).hexdigest()
    assert other != first


# The signature


def test_signed_request_is_verified(receiver: Receiver) -> None:
    assert notifier(receiver, secret=SECRET).send([verdict(reason="Grüße")]) == []
    [request] = receiver.requests
    header = request.headers["X-Trailguard-Signature"]

    assert header.startswith(f"t={NOW},v1=")
    assert verify(SECRET, header, request.body, now=NOW)
    assert not verify(SECRET, header, request.body + b" ", now=NOW)
    assert not verify(SECRET + "x", header, request.body, now=NOW)


def test_signature_is_what_the_documentation_says() -> None:
    """It was computed without trailguard, and receivers need none."""
    assert verify("secret", f"t={NOW},{GOOD}", b"[]", now=NOW)


def test_every_attempt_is_signed_anew(receiver: Receiver) -> None:
    """A wait may be longer than receivers tolerate."""
    receiver.answers = [answer(503), OK]
    times = iter([NOW, NOW, NOW + 400, NOW + 400])
    there = Network(resolve=lambda _host, _port: ["127.0.0.1"], clock=lambda: next(times))

    assert notifier(receiver, secret=SECRET, network=there).send_within([verdict()], Waits().patience()) == []

    stamps = [request.headers["X-Trailguard-Signature"].split(",")[0] for request in receiver.requests]
    assert stamps == [f"t={NOW}", f"t={NOW + 400}"]


@pytest.mark.parametrize("apart", [-300, -1, 0, 299.5, 300])
def test_clocks_may_differ(apart: float) -> None:
    assert verify("secret", f"t={NOW},{GOOD}", b"[]", now=NOW + apart)


@pytest.mark.parametrize("apart", [-301, 300.5, 86_400, float("nan"), float("inf")])
def test_old_request_is_not_verified(apart: float) -> None:
    """Whoever overheard it may send it again; a near miss of the above."""
    assert not verify("secret", f"t={NOW},{GOOD}", b"[]", now=NOW + apart)


def test_one_of_several_signatures_is_enough() -> None:
    """So a secret can be changed without a gap."""
    assert verify("secret", f"t={NOW},v1={'0' * 64},{GOOD}", b"[]", now=NOW)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        GOOD,
        f"t={NOW}",
        f"t={NOW},",
        f"t={NOW + 1},{GOOD}",
        f"t={NOW},{GOOD.replace('v1', 'v0')}",
        f"t={NOW},{GOOD[:-1]}",
        f"t={NOW},{GOOD}0",
        f"{GOOD},t={NOW}",
        f"t=-{NOW},{GOOD}",
        f"t={'9' * 5000},{GOOD}",
        f"t=\u0661,{GOOD}",
        f"t={NOW},v1=\u00e9\ud800",
    ],
)
def test_header_that_is_wrong_is_not_verified(header: str | None) -> None:
    assert not verify("secret", header, b"[]", now=NOW)


def test_no_secret_verifies_nothing() -> None:
    """A secret that somebody forgot to set is one that everybody knows."""
    signature = hmac.new(b"", f"{NOW}.[]".encode(), hashlib.sha256).hexdigest()

    assert not verify("", f"t={NOW},v1={signature}", b"[]", now=NOW)


@given(st.text(st.characters(exclude_categories=())), st.binary())
def test_verification_never_raises(header: str, body: bytes) -> None:
    assert not verify(SECRET, header, body, now=NOW)


# Secrets, and wrong options


@pytest.mark.parametrize(
    "trouble",
    [
        answer(400, b"/T0KENEXAMPLE whsec_0123456789EXAMPLE"),
        answer(404, b"/T0KENEXAMPLE was not found"),
        answer(302, Location="/T0KENEXAMPLE"),
        answer(500, b"/T0KENEXAMPLE"),
        b"HTTP/1.1 /T0KENEXAMPLE\r\n\r\n",
        b"/T0KENEXAMPLE\r\n\r\n",
        resets(b"/T0KENEXAMPLE"),
        hangs,
    ],
)
def test_secrets_are_in_no_error_and_no_log(
    receiver: Receiver, trouble: Any, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    """The server may say them; nobody repeats it."""
    caplog.set_level(logging.DEBUG)
    receiver.answers = [trouble]
    there = notifier(receiver, secret=SECRET, headers={"Authorization": "Bearer B34RER"}, timeout=0.2)

    undelivered = there.send_within([verdict()], Waits().patience())

    shown = f"{undelivered} {there!r} {there} {caplog.text} {capfd.readouterr()}"
    assert len(undelivered) == 1
    for secret in ("T0KENEXAMPLE", SECRET, "B34RER", "127.0.0.1"):
        assert secret not in shown


@pytest.mark.parametrize(
    "url",
    [
        "",
        "hooks.example.com/T0KEN",
        "ftp://hooks.example.com/T0KEN",
        "file:///etc/T0KEN",
        "HTTPS//hooks.example.com/T0KEN",
        "https://",
        "https:///T0KEN",
        "https://user:T0KEN@hooks.example.com/",
        "https://hooks.example.com\\@10.0.0.1/T0KEN",
        "https://hooks.example.com/T0KEN#fragment",
        "https://hooks.example.com/T0KEN two",
        "https://hooks.example.com/T0KEN\r\nHost: evil.example.com",
        "https://hooks.example.com/T0KEN\n",
        "https://hooks.example.com/Tök3n",
        "https://bücher.example.com/T0KEN",
        "https://hooks..example.com/T0KEN",
        f"https://{'x' * 64}.example.com/T0KEN",
        "https://hooks.example.com:0/T0KEN",
        "https://hooks.example.com:65536/T0KEN",
        "https://hooks.example.com:https/T0KEN",
        "https://[fe80::1%25eth0]/T0KEN",
        "http://hooks.example.com/T0KEN",
        "http://127.0.0.1/T0KEN",
        None,
        7,
    ],
)
def test_url_that_is_none_is_refused(url: Any) -> None:
    """At once, and without repeating it: http, too, unless this machine is meant."""
    with pytest.raises(ValueError, match=r"^url (is not what it should be|does not begin)") as error:
        WebhookNotifier(url)

    assert "T0KEN" not in str(error.value)
    assert "example" not in str(error.value)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"secret": ""}, "secret is not what it should be; expected text that is not empty"),
        ({"secret": 5}, "secret is not what it should be; expected text that is not empty"),
        ({"allow_private": "false"}, "allow_private is 'false'; expected true or false"),
        ({"format": "xml"}, "format is 'xml'; expected 'json' or 'jsonl'"),
        ({"timeout": 0}, "timeout is 0; expected a number of seconds above 0"),
        ({"timeout": "10"}, "timeout is '10'; expected a number of seconds above 0"),
        ({"timeout": True}, "timeout is True; expected a number of seconds above 0"),
        ({"timeout": float("nan")}, "timeout is nan; expected a number of seconds above 0"),
        ({"headers": "X-A: S3CRET"}, "headers is not what it should be; expected a table of texts"),
        ({"headers": {"host": "x"}}, "headers has 'host', which cannot be set"),
        ({"headers": {"X-Trailguard-Signature": "x"}}, "headers has 'X-Trailguard-Signature'"),
        ({"headers": {"a b": "x"}}, "headers has 'a b', which cannot be set"),
        (
            {"headers": {"X-A": "S3CRET\r\nX-B: y"}},
            "headers.X-A is not what it should be; expected printable",
        ),
        ({"headers": {"X-A": 7}}, "headers.X-A is not what it should be; expected printable ASCII"),
    ],
)
def test_wrong_options_are_refused(options: dict[str, Any], error: str) -> None:
    with pytest.raises(ValueError, match="^" + re.escape(error)) as raised:
        WebhookNotifier("https://hooks.example.com/x", **options)

    assert "S3CRET" not in str(raised.value)
