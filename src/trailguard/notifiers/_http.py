"""What the channels over HTTP share: one careful POST, and what its answer means.

The URL is a secret, all of it: whoever knows a Slack webhook may post to it. So no error here quotes the URL,
nor what the server or the TLS library says, which may quote it in turn.

A URL may be written by somebody who wants to see inside the network: only public addresses are connected to,
and those that were looked at, not what the name means a moment later. Redirects are not followed, and proxies
of the environment are not used.

Source: RFC 9110, "Retry-After" and "Status Codes"; the IANA registries of special-purpose addresses.
"""

from __future__ import annotations

import hashlib
import http.client
import io
import re
import socket
import ssl
import time
from abc import abstractmethod
from contextlib import closing
from copy import copy
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from trailguard.channel import Channel, Refusal
from trailguard.notify import Patience

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from _typeshed import WriteableBuffer

    from trailguard.notify import Undelivered
    from trailguard.report import Notice

__all__ = ["Endpoint", "HttpChannel", "Network", "Response", "resolved"]

E = TypeVar("E")

_URL: Final = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<authority>(?P<host>(?:[A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}\.?|\[[0-9A-Fa-f:.]+\])"
    r"(?::(?P<port>[0-9]{1,5}))?)"
    r"(?P<target>(?:/|(?=\?))[!$-~]*)?"  # printable ASCII, without double quotes and without a fragment
)
_BODY_BYTES: Final = 1024
_LONGEST_AFTER: Final = 300.0
_FOR_NOW: Final = frozenset({408, 425, 429})
_PASSING: Final[dict[type[Exception], str]] = {
    TimeoutError: "there was no answer in time",
    socket.gaierror: "the host's name could not be looked up",
    OSError: "the connection failed",
    http.client.HTTPException: "the answer is not HTTP",
}
_ABOUT_THE_BODY: Final = frozenset({400, 413, 422})
# Its addresses hold an IPv4 address, which is the one that is reached.
_NAT64: Final = IPv6Network("64:ff9b::/96")

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Response:
    """An answer: its status, the beginning of its body, and how many seconds it asks to wait."""

    status: int
    body: bytes
    after: float | None = None


def resolved(host: str, port: int) -> list[str]:
    """Look up the addresses of a name.

    Raises:
        OSError: when there are none.
    """
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@dataclass(frozen=True)
class Network:
    """What the world outside is reached by.

    Attributes:
        resolve: looks up the addresses of a name for a port; raises OSError where there are none.
        tls: whom to trust; those whom the machine trusts, if left out.
        clock: tells the time, in seconds since 1970.
    """

    resolve: Callable[[str, int], Iterable[str]] = resolved
    tls: ssl.SSLContext | None = None
    clock: Callable[[], float] = time.time


class Endpoint:
    """Where to post to.

    Args:
        url: the URL: https, or http to this machine with ``allow_private``.
        allow_private: whether addresses that are not public may be connected to.
        network: what the world outside is reached by.

    Raises:
        ValueError: when one of them is wrong. It does not quote the URL.
    """

    def __init__(self, url: str, *, allow_private: bool, network: Network) -> None:
        if not isinstance(allow_private, bool):
            raise ValueError(f"allow_private is {allow_private!r}; expected true or false")  # noqa: TRY004  # a setting
        parts = _URL.fullmatch(url) if isinstance(url, str) else None
        port = int(parts["port"] or (443 if parts["scheme"] == "https" else 80)) if parts else 0
        if not parts or not 0 < port < 65536:
            raise ValueError(
                "url is not what it should be; expected https://HOST/PATH in ASCII, without user"
            )
        self._is_secure = parts["scheme"] == "https"
        if not self._is_secure and not allow_private:
            raise ValueError("url does not begin with https://")
        self._authority, self._host, self._port = parts["authority"], parts["host"].strip("[]"), port
        target = parts["target"] or "/"
        self._target = target if target.startswith("/") else f"/{target}"
        self._allow_private, self._network = allow_private, network
        self.identity = hashlib.sha256(url.encode()).hexdigest()
        """Stands for the URL where that must not be seen."""
        self._tls = network.tls or ssl.create_default_context() if self._is_secure else None

    def post(self, body: bytes, headers: Mapping[str, str], seconds: float) -> Response:
        """Post something, and take the answer, all within so many seconds (but for the look-up of the name).

        Raises:
            PermissionError: when the name has an address that may not be connected to.
            OSError: when there is no connection, or no answer in time.
            http.client.HTTPException: when the answer is not HTTP.
        """
        deadline = _Deadline(seconds)
        addresses = self._addresses()
        with closing(self._connected(addresses, deadline)) as plain, closing(self._secured(plain)) as line:
            connection = http.client.HTTPConnection(self._host, self._port)
            connection.sock = _TimedSocket(line, deadline)  # as much as it uses
            sent = {"Host": self._authority, "User-Agent": "trailguard", "Connection": "close", **headers}
            connection.request("POST", self._target, body, sent)
            with connection.getresponse() as answer:
                after = _seconds(answer.getheader("Retry-After"), self._network.clock())
                return Response(answer.status, _beginning(answer), after)

    def _addresses(self) -> list[Address]:
        found = [ip_address(text) for text in dict.fromkeys(self._network.resolve(self._host, self._port))]
        if not self._is_secure and not all(address.is_loopback for address in found):
            raise PermissionError("http is for this machine only; use https")
        if not self._allow_private and not all(_is_public(address) for address in found):
            raise PermissionError(
                "the url leads to an address that is not public; allow_private = true permits that"
            )
        return found

    def _connected(self, addresses: Sequence[Address], deadline: _Deadline) -> socket.socket:
        failure = OSError("no address")
        for number, address in enumerate(addresses):
            try:
                share = deadline.left() / (len(addresses) - number)
                plain = socket.create_connection((str(address), self._port), timeout=share)
            except OSError as error:
                failure = error
            else:
                plain.settimeout(deadline.left())
                return plain
        raise failure

    def _secured(self, plain: socket.socket) -> socket.socket:
        return self._tls.wrap_socket(plain, server_hostname=self._host) if self._tls else plain


class _Deadline:
    """The end of the time for one exchange."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Return how many seconds are left; raise TimeoutError if there are none."""
        seconds = self._end - time.monotonic()
        if seconds <= 0:
            raise TimeoutError
        return seconds


class _TimedSocket(io.RawIOBase):
    """A connection with a deadline. A time-out for each read would never end if bytes come one by one."""

    def __init__(self, line: socket.socket, deadline: _Deadline) -> None:
        self._line, self._deadline = line, deadline

    def sendall(self, data: bytes) -> None:
        self._line.settimeout(self._deadline.left())
        self._line.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        self._line.settimeout(self._deadline.left())
        return self._line.recv_into(buffer)

    def close(self) -> None:
        """Leave it open: http.client closes what it no longer writes to, and goes on reading."""


class HttpChannel(Channel[E], Generic[E]):
    """A channel that posts its batches to an endpoint.

    Args:
        endpoint: where to.
        timeout: how many seconds one request may take, if there are as many left.

    Raises:
        ValueError: when ``timeout`` is not a positive number.
    """

    def __init__(self, endpoint: Endpoint, timeout: float) -> None:
        if isinstance(timeout, bool) or not isinstance(timeout, int | float) or not 0 < timeout < 3600:
            raise ValueError(f"timeout is {timeout!r}; expected a number of seconds above 0")
        self._endpoint, self._timeout = endpoint, timeout
        self.identity = endpoint.identity
        self._patience = Patience()

    @abstractmethod
    def request(self, entries: Sequence[E]) -> tuple[bytes, dict[str, str]]:
        """Write a batch as body and headers of a request."""

    def refused(self, answer: Response) -> Refusal | None:
        """Say what an answer means for the batch: None if it was taken."""
        return None if 200 <= answer.status < 300 else of_status(answer)

    def send_within(self, notices: Sequence[Notice], patience: Patience) -> list[Undelivered]:
        """Deliver notices while there is time; return those that were not taken, with the reason."""
        hurried = copy(self)  # threads may send at once, each with as much time as it has
        hurried._patience = patience  # noqa: SLF001  # its own
        return Channel.send_within(hurried, notices, patience)

    def post(self, entries: Sequence[E]) -> list[Refusal | None]:
        """Post a batch; raise `_Refused` if it is refused as a whole."""
        body, headers = self.request(entries)
        answer = self._endpoint.post(body, headers, min(self._timeout, self._patience.left))
        refusal = self.refused(answer)
        if refusal:
            raise _Refused(refusal)
        return [None] * len(entries)

    def refusal(self, error: Exception) -> Refusal:
        """Say what an error means, in words that hold nothing of the URL."""
        if isinstance(error, _Refused):
            return error.refusal
        if isinstance(error, PermissionError) and error.errno is None:
            return Refusal(str(error), poison=False)
        if isinstance(error, ssl.SSLCertVerificationError):
            said = re.sub(r"'.*'", "the host", error.verify_message)
            return Refusal(f"the server's certificate is not valid: {said}", poison=False)
        for kind, text in _PASSING.items():
            if isinstance(error, kind):
                return Refusal(f"{text} ({type(error).__name__})", again=True)
        return Refusal(type(error).__name__)


class _Refused(Exception):  # noqa: N818  # it is an answer, and only its channel sees it
    """A batch was refused as a whole."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.error)
        self.refusal = refusal


def of_status(answer: Response, said: str = "") -> Refusal:
    """Say what a status that is no success means.

    Args:
        answer: the answer.
        said: what else is known of the reason, for people.
    """
    status = answer.status
    text = f"HTTP {status} {http.client.responses.get(status, '')}".rstrip()
    if 300 <= status < 400:
        text += "; redirects are not followed"
    return Refusal(
        f"{text}: {said}" if said else text,
        again=status in _FOR_NOW or status >= 500,
        after=answer.after,
        poison=status in _ABOUT_THE_BODY,
    )


def _is_public(address: Address) -> bool:
    """Tell whether anybody may reach an address: no private network, no metadata service."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped or address in _NAT64:
            return _is_public(IPv4Address(int(address) & 0xFFFF_FFFF))
        if address.is_site_local or address.sixtofour or address.teredo:
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def _seconds(after: str | None, now: float) -> float | None:
    """Read a ``Retry-After``: seconds, or a date. Nobody may ask for more than five minutes."""
    if after is None:
        return None
    if re.fullmatch(r"[0-9]{1,12}", after):
        seconds = float(after)
    else:
        try:
            date = parsedate_to_datetime(after)
        except ValueError:
            return None
        seconds = (date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp() - now
    return min(max(seconds, 0.0), _LONGEST_AFTER)


def _beginning(answer: http.client.HTTPResponse) -> bytes:
    """Read as much of the body as anybody looks at. The status is there already: it counts without a body."""
    try:
        return answer.read(_BODY_BYTES)
    except (OSError, http.client.HTTPException):
        return b""
