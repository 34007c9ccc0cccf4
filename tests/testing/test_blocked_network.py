from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from trailguard import CloudTrailEvent, Engine, Guard, Severity, rule
from trailguard.testing import cloudtrail_event
from trailguard.testing.network import NetworkBlockedError, blocked_network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

ELSEWHERE = "192.0.2.1"  # of TEST-NET-1 (RFC 5737), where nobody is
ELSEWHERE_6 = "2001:db8::1"


@pytest.fixture
def blocked() -> Iterator[None]:
    with blocked_network():
        yield


def reach(host: str = ELSEWHERE) -> None:
    """Connect a UDP socket, which sends nothing; that there is no way to it will do."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as opened:
        opened.connect_ex((host, 9))


def udp(family: int = socket.AF_INET) -> socket.socket:
    return socket.socket(family, socket.SOCK_DGRAM)


def tcp() -> socket.socket:
    return socket.socket(socket.AF_INET, socket.SOCK_STREAM)


def called(opened: socket.socket, name: str, *args: Any) -> Any:
    with opened:
        return getattr(opened, name)(*args)


@pytest.mark.parametrize(
    "way",
    [
        lambda: socket.create_connection((ELSEWHERE, 443), timeout=1),
        lambda: called(tcp(), "connect", (ELSEWHERE, 443)),
        lambda: called(tcp(), "connect_ex", (ELSEWHERE, 443)),
        lambda: called(tcp(), "connect", ("example.com", 443)),
        lambda: called(udp(), "sendto", b"", (ELSEWHERE, 53)),
        lambda: called(udp(), "sendto", b"", 0, (ELSEWHERE, 53)),
        lambda: called(udp(), "sendmsg", [b""], [], 0, (ELSEWHERE, 53)),
        lambda: called(udp(), "connect", (b"example.com", 53)),
        lambda: called(udp(), "connect", ("127.0.0.1.example.com", 53)),
        lambda: called(udp(socket.AF_INET6), "connect", (ELSEWHERE_6, 53)),
        lambda: called(udp(socket.AF_INET6), "connect", (f"::ffff:{ELSEWHERE}", 53)),
    ],
)
@pytest.mark.usefixtures("blocked")
def test_other_machines_are_out_of_reach(way: Callable[[], object]) -> None:
    with pytest.raises(NetworkBlockedError):
        way()


@pytest.mark.parametrize(
    "way",
    [
        lambda: socket.getaddrinfo("example.com", 443),
        lambda: socket.getaddrinfo(host=b"example.com", port=443),
        lambda: socket.gethostbyname("example.com"),
        lambda: socket.gethostbyname_ex("example.com"),
        lambda: socket.gethostbyaddr(ELSEWHERE),
        lambda: socket.getnameinfo((ELSEWHERE, 443), 0),
        lambda: socket.getaddrinfo("localhost.example.com", 443),
    ],
)
@pytest.mark.usefixtures("blocked")
def test_nobody_is_asked_for_names(way: Callable[[], object]) -> None:
    with pytest.raises(NetworkBlockedError):
        way()


@pytest.mark.parametrize(
    ("family", "host"),
    [
        (socket.AF_INET, "127.0.0.1"),
        (socket.AF_INET, "127.1.2.3"),
        (socket.AF_INET, "localhost"),
        (socket.AF_INET, "LocalHost"),
        (socket.AF_INET, ""),
        (socket.AF_INET, "0.0.0.0"),  # noqa: S104  # to connect to it is to connect to this machine
        (socket.AF_INET6, "::1"),
        (socket.AF_INET6, "::ffff:127.0.0.1"),
    ],
)
@pytest.mark.usefixtures("blocked")
def test_this_machine_is_always_there(family: int, host: str) -> None:
    """Whatever comes of it: it may have no IPv6."""
    called(udp(family), "connect_ex", (host, 9))


@pytest.mark.usefixtures("blocked")
def test_own_names_may_be_asked_for() -> None:
    assert socket.getaddrinfo("localhost", 80)
    assert socket.getaddrinfo(None, 80)
    assert socket.gethostbyname("localhost") == "127.0.0.1"
    assert socket.getnameinfo(("127.0.0.1", 80), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)


def test_this_machine_may_ask_for_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """As servers and mail clients do."""
    monkeypatch.setattr(socket, "gethostbyaddr", lambda host: (f"{host}.example.com", [], []))
    monkeypatch.setattr(socket, "gethostname", lambda: "build-1")

    with blocked_network():
        assert socket.getfqdn() == "build-1.example.com"
        with pytest.raises(NetworkBlockedError):
            socket.getfqdn("build-2")


@pytest.mark.usefixtures("blocked")
def test_servers_on_this_machine_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        with socket.create_connection(address) as client, server.accept()[0] as other:
            client.sendall(b"hello")
            assert other.recv(5) == b"hello"
            assert client.sendmsg([b"bye"]) == 3


@pytest.mark.usefixtures("blocked")
def test_datagrams_on_this_machine_arrive() -> None:
    with udp() as server, udp() as client:
        server.bind(("127.0.0.1", 0))
        client.sendto(b"hello", server.getsockname())
        assert server.recv(5) == b"hello"


@pytest.mark.usefixtures("blocked")
def test_unix_sockets_are_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the path of a socket may not be long
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind("a.sock")
        server.listen()
        client.connect("a.sock")


@pytest.mark.usefixtures("blocked")
def test_event_loops_are_told() -> None:
    async def connect() -> None:
        await asyncio.open_connection("example.com", 443)

    with pytest.raises(NetworkBlockedError):
        asyncio.run(connect())


@pytest.mark.usefixtures("blocked")
def test_threads_are_told() -> None:
    with ThreadPoolExecutor() as pool, pytest.raises(NetworkBlockedError):
        pool.submit(reach).result()


@pytest.mark.usefixtures("blocked")
def test_boto3_does_not_try_again() -> None:
    """It tries again after what it takes for a bad connection; this it does not catch."""
    client = boto3.client(
        "sts", region_name="eu-west-1", aws_access_key_id="testing", aws_secret_access_key="testing"
    )
    attempts: list[object] = []
    client.meta.events.register("before-send.sts", lambda **_: attempts.append(1))

    with pytest.raises(NetworkBlockedError, match=r"reached for sts\.eu-west-1\.amazonaws\.com, and has no"):
        client.get_caller_identity()

    assert len(attempts) == 1


@pytest.mark.usefixtures("blocked")
def test_a_rule_cannot_catch_it() -> None:
    """Nor does an engine make a failure of the rule's of it, which a test need not look at."""

    @rule(on="s3:*", severity=Severity.LOW, title="Looks things up")
    def looks_up(event: CloudTrailEvent) -> str | None:  # noqa: ARG001  # it looks elsewhere
        try:
            reach()
        except Exception:  # noqa: BLE001  # as careless rules do
            return None
        return "found"

    with pytest.raises(NetworkBlockedError):
        Guard(Engine([looks_up])).judge(cloudtrail_event("s3:PutBucketAcl").raw)


@pytest.mark.usefixtures("blocked")
def test_hosts_are_told_as_they_can_be_shown() -> None:
    with pytest.raises(NetworkBlockedError) as raised:
        socket.getaddrinfo("evil\x1b[2J.example.com", 443)

    assert raised.value.host == r"evil\x1b[2J.example.com"
    assert "@pytest.mark.trailguard_network" in str(raised.value)


def test_afterwards_all_is_as_it_was() -> None:
    """Also when something failed."""
    before = socket.socket.connect, socket.socket.sendto, socket.getaddrinfo

    with pytest.raises(NetworkBlockedError), blocked_network():
        reach()

    assert (socket.socket.connect, socket.socket.sendto, socket.getaddrinfo) == before
    reach()


def test_blocks_may_be_in_one_another() -> None:
    with blocked_network():
        with blocked_network():
            pass
        with pytest.raises(NetworkBlockedError):
            reach()
    reach()
