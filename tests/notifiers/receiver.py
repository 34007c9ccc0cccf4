"""What tests of channels over HTTP share: a server on this machine that answers as badly as it is told to."""

from __future__ import annotations

import socket
import struct
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

from trailguard import Severity, Verdict
from trailguard.notifiers._http import Network
from trailguard.notify import Patience
from trailguard.verdict import Compliance

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator, Sequence
    from email.message import Message

    from trailguard.notify import Undelivered

NOW = 1_800_000_000


@dataclass(frozen=True)
class Request:
    """What was posted."""

    target: str
    headers: Message
    body: bytes


@dataclass
class Receiver:
    """What the server got, and how it answers: one after the other, the last one from then on.

    Attributes:
        url: where it is.
        answers: each is the bytes of an answer, or does something with the handler.
        requests: what came.
    """

    url: str = ""
    answers: list[bytes | Callable[[Handler], None]] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    closing: Event = field(default_factory=Event)

    @property
    def port(self) -> int:
        return int(self.url.split(":")[2].split("/")[0])


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    receiver: Receiver

    def do_POST(self) -> None:
        receiver = self.receiver
        body = self.rfile.read(int(self.headers["Content-Length"]))
        receiver.requests.append(Request(self.path, self.headers, body))
        answer = receiver.answers.pop(0) if len(receiver.answers) > 1 else receiver.answers[0]
        self.close_connection = True
        if isinstance(answer, bytes):
            self.wfile.write(answer)
        else:
            answer(self)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = False  # closing waits for them, and nothing outlives the test

    def handle_error(self, *_: Any) -> None:
        """Say nothing: those who hang up are part of it."""


def answer(status: int, body: bytes = b"", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status} whatever", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


OK = answer(200, b"ok")


def hangs(handler: Handler) -> None:
    """Say nothing until the test is over."""
    handler.receiver.closing.wait(30)


def drips(handler: Handler) -> None:
    """Send one byte after the other, and never come to the end of the headers."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    while not handler.receiver.closing.wait(0.02):
        handler.wfile.write(b"x")


def resets(sent: bytes = b"") -> Callable[[Handler], None]:
    """Hang up the hard way after some of the answer."""

    def reset(handler: Handler) -> None:
        handler.wfile.write(sent)
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.rfile.close()
        handler.connection.close()

    return reset


@contextmanager
def receiving(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Run a server that takes everything, until told otherwise."""
    receiver = Receiver(answers=[OK])
    server = Server(("127.0.0.1", 0), type("Handler", (Handler,), {"receiver": receiver}))
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    receiver.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}/T0KENEXAMPLE"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def verdict(number: int = 1, **changes: Any) -> Verdict:
    return Verdict(
        **{
            "id": f"{number:032x}",
            "rule_id": "igw-attached",
            "compliance": Compliance.NON_COMPLIANT,
            "severity": Severity.HIGH,
            "title": "Internet gateway attached",
            "reason": "igw-0example is attached to vpc-0example",
            **changes,
        }
    )


def network(addresses: Sequence[str] = ("127.0.0.1",), **more: Any) -> Network:
    return Network(resolve=lambda _host, _port: addresses, clock=lambda: NOW, **more)


class Waits(list[float]):
    """How long was waited, without waiting."""

    def patience(self, seconds: float = float("inf")) -> Patience:
        return Patience(seconds, sleep=self.append, chance=lambda: 1.0)


def errors(undelivered: Sequence[Undelivered]) -> list[str]:
    return [one.error for one in undelivered]
