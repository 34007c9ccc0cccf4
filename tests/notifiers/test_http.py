"""A webhook stands for all channels over HTTP: the server misbehaves, and the name leads somewhere else."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import pytest
from receiver import (
    NOW,
    OK,
    Receiver,
    Waits,
    answer,
    drips,
    errors,
    hangs,
    network,
    receiving,
    resets,
    verdict,
)

from trailguard.notifiers._http import Network
from trailguard.notifiers.webhook import WebhookNotifier, verify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


SECRET = "whsec_0123456789EXAMPLE"  # noqa: S105  # it is none


def notifier(receiver: Receiver, **options: Any) -> WebhookNotifier:
    return WebhookNotifier(receiver.url, **{"allow_private": True, "network": network(), **options})


@pytest.fixture(name="receiver")
def _receiver() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


# What is answered


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_success_is_one(receiver: Receiver, status: int) -> None:
    receiver.answers = [answer(status)]

    assert notifier(receiver).send([verdict()]) == []
    assert len(receiver.requests) == 1


@pytest.mark.parametrize(
    "trouble",
    [
        answer(408),
        answer(429),
        answer(500),
        answer(503),
        resets(),
        resets(b"HTTP/1.1 200 OK\r\nContent-Le"),
        b"",
        b"\x00\xff garbage",
        b"HTTP/1.1 banana OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 70_000,
    ],
    ids=["408", "429", "500", "503", "reset", "reset in the headers", "nothing", "garbage", "status", "long"],
)
def test_what_may_pass_is_tried_again(receiver: Receiver, trouble: Any) -> None:
    receiver.answers = [trouble, OK]
    waits = Waits()

    assert notifier(receiver).send_within([verdict()], waits.patience()) == []
    assert len(receiver.requests) == 2
    assert waits == [0.2]


def test_what_does_not_pass_is_undelivered(receiver: Receiver) -> None:
    """Every notice is handed back, after as many attempts as every channel makes."""
    receiver.answers = [answer(500)]
    notices = [verdict(1), verdict(2)]

    undelivered = notifier(receiver).send_within(notices, Waits().patience())

    assert [one.notice for one in undelivered] == notices
    assert errors(undelivered) == ["HTTP 500 Internal Server Error"] * 2
    assert len(receiver.requests) == 5


@pytest.mark.parametrize("trouble", [hangs, drips], ids=["silent", "a byte at a time"])
def test_slow_answer_is_given_up(receiver: Receiver, trouble: Any) -> None:
    """The time is for all of the answer: a byte now and then does not prolong it."""
    receiver.answers = [trouble, OK]

    assert notifier(receiver, timeout=0.3).send_within([verdict()], Waits().patience()) == []
    assert len(receiver.requests) >= 2


def test_time_that_is_left_is_a_limit_too(receiver: Receiver) -> None:
    """A Lambda function must answer before it is stopped, however long a request may take."""
    receiver.answers = [hangs]

    undelivered = notifier(receiver, timeout=600).send_within([verdict()], Waits().patience(0.2))

    assert errors(undelivered) == ["there was no answer in time (TimeoutError)"]


@pytest.mark.parametrize(
    "sent",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz",
    ],
)
def test_success_counts_without_its_body(receiver: Receiver, sent: bytes) -> None:
    """It was taken: to post it again would double it."""
    receiver.answers = [resets(sent) if b"chunked" not in sent else sent]

    assert notifier(receiver).send([verdict()]) == []
    assert len(receiver.requests) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 405, 410])
def test_what_is_refused_for_good_is_not_tried_again(receiver: Receiver, status: int) -> None:
    """Nor halved: no notice is to blame."""
    receiver.answers = [answer(status, b"no " + receiver.url.encode())]
    waits = Waits()

    undelivered = notifier(receiver).send_within([verdict(1), verdict(2)], waits.patience())

    assert len(undelivered) == 2
    assert all(error.startswith(f"HTTP {status} ") for error in errors(undelivered))
    assert (len(receiver.requests), waits) == (1, [])


@pytest.mark.parametrize("status", [400, 413, 422])
def test_batch_that_is_refused_for_one_is_halved(receiver: Receiver, status: int) -> None:
    no, notices = answer(status), [verdict(n) for n in range(4)]
    receiver.answers = [no, OK, no, no, OK]

    undelivered = notifier(receiver).send(notices)

    assert [one.notice for one in undelivered] == [notices[2]]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(receiver: Receiver, status: int) -> None:
    """They may lead inside the network, and would hand the notices to somebody else."""
    receiver.answers = [answer(status, Location=receiver.url + "/elsewhere"), OK]

    [one] = notifier(receiver).send([verdict()])

    assert one.error.endswith("; redirects are not followed")
    assert len(receiver.requests) == 1


def http_date(seconds: float) -> str:
    return (datetime.fromtimestamp(NOW, UTC) + timedelta(seconds=seconds)).strftime(
        "%a, %d %b %Y %H:%M:%S GMT"
    )


@pytest.mark.parametrize(
    ("after", "waited"),
    [
        ("7", 7.0),
        ("0", 0.2),
        (http_date(30), 30.0),
        (http_date(-30), 0.2),
        (http_date(30).replace("GMT", "-0000"), 30.0),
        ("86400", 300.0),
        ("999999999999", 300.0),
        ("soon", 0.2),
        ("-5", 0.2),
        ("1.5", 0.2),
        ("", 0.2),
        ("Fri, 99 Jan 2027 00:00:00 GMT", 0.2),
        ("9" * 5000, 0.2),
    ],
)
@pytest.mark.parametrize("status", [429, 503])
def test_waits_as_long_as_it_is_asked_to(receiver: Receiver, status: int, after: str, waited: float) -> None:
    """But not for hours, and not for what is no time."""
    receiver.answers = [answer(status, Retry_After=after), OK]
    waits = Waits()

    assert notifier(receiver).send_within([verdict()], waits.patience()) == []
    assert waits == [waited]


def test_wait_that_there_is_no_time_for_is_not_waited(receiver: Receiver) -> None:
    receiver.answers = [answer(429, Retry_After="200"), OK]
    waits = Waits()

    undelivered = notifier(receiver).send_within([verdict()], waits.patience(100))

    assert errors(undelivered) == ["HTTP 429 Too Many Requests"]
    assert (len(receiver.requests), waits) == (1, [])


def test_server_that_is_not_there_is_tried_again() -> None:
    with socket.socket() as taken:  # a port that nobody listens on
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/T0KENEXAMPLE"
        waits = Waits()
        there = WebhookNotifier(url, allow_private=True, network=network())

        undelivered = there.send_within([verdict()], waits.patience())

    assert errors(undelivered) == ["the connection failed (ConnectionRefusedError)"]
    assert len(waits) == 4


def test_second_address_is_tried_where_the_first_does_not_answer(receiver: Receiver) -> None:
    there = network(["::1", "127.0.0.1"])  # the server listens on the second only

    assert notifier(receiver, network=there).send([verdict()]) == []
    assert len(receiver.requests) == 1


# Whom it talks to


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "0.0.0.0",  # noqa: S104
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "169.254.170.2",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fd00:ec2::254",
        "fd00::1",
        "fe80::1",
        "fe80::1%1",
        "fec0::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::10.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::169.254.169.254",
        "2002:a00:1::",
        "2001:0:a00:1::",
    ],
)
@pytest.mark.parametrize("mixed", [False, True], ids=["alone", "after a public one"])
def test_addresses_that_are_not_public_are_refused(address: str, *, mixed: bool) -> None:
    """Whatever name has them. One of them is enough: who knows which of them will be connected to."""
    addresses = ["8.8.8.8", address] if mixed else [address]
    notices = [verdict(1), verdict(2)]
    waits = Waits()

    undelivered = WebhookNotifier("https://hooks.example.com/x", network=network(addresses)).send_within(
        notices, waits.patience()
    )

    assert [one.notice for one in undelivered] == notices
    assert set(errors(undelivered)) == {
        "the url leads to an address that is not public; allow_private = true permits that"
    }
    assert waits == []


@pytest.mark.parametrize("address", ["8.8.8.8", "2600:1f00::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"])
def test_public_addresses_are_connected_to(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A near miss. No test reaches them, so it is seen how far it gets."""
    asked: list[Any] = []

    def connect(where: Any, **_: Any) -> None:
        asked.append(where)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    there = WebhookNotifier("https://hooks.example.com:8443/x", network=network([address]))

    assert len(there.send_within([verdict()], Waits().patience())) == 1
    assert {where[1] for where in asked} == {8443}
    assert {where[0] for where in asked} == {str(ip_address(address))}


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "[::1]", "[::ffff:127.0.0.1]"],
)
def test_host_that_is_this_machine_is_refused_however_it_is_written(receiver: Receiver, host: str) -> None:
    """By what the system makes of it: no name server is asked for numbers."""
    undelivered = WebhookNotifier(f"https://{host}:{receiver.port}/x").send([verdict()])

    assert len(undelivered) == 1
    assert "not public" in undelivered[0].error
    assert receiver.requests == []


def test_http_is_for_this_machine_alone() -> None:
    there = WebhookNotifier("http://hooks.example.com/x", allow_private=True, network=network(["10.0.0.1"]))

    assert errors(there.send([verdict()])) == ["http is for this machine only; use https"]


def test_name_that_is_unknown_is_undelivered() -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "hooks.example.com is unknown")

    there = WebhookNotifier("https://hooks.example.com/x", network=Network(resolve=unknown))

    undelivered = there.send_within([verdict()], Waits().patience())
    assert errors(undelivered) == ["the host's name could not be looked up (gaierror)"]


def test_name_without_addresses_is_undelivered() -> None:
    there = WebhookNotifier("https://hooks.example.com/x", network=network([]))

    assert errors(there.send_within([verdict()], Waits().patience())) == ["the connection failed (OSError)"]


# TLS


def certificate(folder: Path, host: str) -> tuple[Path, ssl.SSLContext]:
    """Make a certificate; return its file, and a server's context that shows it."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec  # noqa: PLC0415

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path, folder / "key.pem")
    return path, server


@pytest.fixture(name="secure")
def _secure(tmp_path: Path) -> Iterator[tuple[Receiver, ssl.SSLContext, list[str | None]]]:
    """A server for hooks.example.com, a context that trusts it, and the names it was asked for."""
    path, server = certificate(tmp_path, "hooks.example.com")
    names: list[str | None] = []
    server.sni_callback = lambda _socket, name, _context: names.append(name)
    with receiving(server) as receiver:
        yield receiver, ssl.create_default_context(cafile=path), names


def test_connects_to_the_address_that_was_looked_at(
    secure: tuple[Receiver, ssl.SSLContext, list[str | None]],
) -> None:
    """By the name of the URL, which is looked up once: it may mean something else a moment later."""
    receiver, trusting, names = secure
    looked_up: list[str] = []

    def resolve(host: str, _port: int) -> list[str]:
        looked_up.append(host)
        return ["127.0.0.1"]

    there = WebhookNotifier(
        f"https://hooks.example.com:{receiver.port}/x",
        secret=SECRET,
        allow_private=True,
        network=Network(resolve, trusting, lambda: NOW),
    )

    assert there.send([verdict()]) == []
    [request] = receiver.requests
    assert request.headers["Host"] == f"hooks.example.com:{receiver.port}"
    assert verify(SECRET, request.headers["X-Trailguard-Signature"], request.body, now=NOW)
    assert names == looked_up == ["hooks.example.com"]


@pytest.mark.parametrize(
    ("host", "trusted", "error"),
    [
        ("other.example.com", True, "Hostname mismatch, certificate is not valid for the host."),
        ("hooks.example.com", False, "self-signed certificate"),
    ],
    ids=["of somebody else", "of nobody known"],
)
def test_certificate_that_is_not_valid_is_refused(
    secure: tuple[Receiver, ssl.SSLContext, list[str | None]], host: str, error: str, *, trusted: bool
) -> None:
    """Nothing is sent, and it is not tried again."""
    receiver, trusting, _ = secure
    there = WebhookNotifier(
        f"https://{host}:{receiver.port}/x",
        allow_private=True,
        network=network(tls=trusting if trusted else None),
    )
    waits = Waits()

    undelivered = there.send_within([verdict()], waits.patience())

    assert errors(undelivered) == [f"the server's certificate is not valid: {error}"]
    assert (receiver.requests, waits) == ([], [])


@pytest.mark.parametrize("trouble", [hangs, drips], ids=["silent", "a byte at a time"])
def test_slow_answer_is_given_up_over_tls(
    secure: tuple[Receiver, ssl.SSLContext, list[str | None]], trouble: Any
) -> None:
    receiver, trusting, _ = secure
    receiver.answers = [trouble, OK]
    receiver.url = f"https://hooks.example.com:{receiver.port}/x"
    there = notifier(receiver, timeout=0.5, network=network(tls=trusting))

    assert there.send_within([verdict()], Waits().patience()) == []
    assert len(receiver.requests) >= 2


def test_server_without_tls_gets_nothing(receiver: Receiver) -> None:
    receiver.url = receiver.url.replace("http:", "https:")

    undelivered = notifier(receiver).send_within([verdict()], Waits().patience())

    assert len(undelivered) == 1
    assert "the connection failed" in undelivered[0].error
    assert receiver.requests == []
