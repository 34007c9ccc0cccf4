"""No network for tests but this machine's own: a rule that reaches for it is told at once.

What Python's own sockets do is seen; what other processes and libraries in C do is not.
"""

from __future__ import annotations

import socket
from contextlib import ExitStack, contextmanager
from functools import wraps
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

import pytest

from trailguard.record import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["NetworkBlockedError", "blocked_network"]


class NetworkBlockedError(pytest.fail.Exception):  # type: ignore[misc,name-defined]  # it is a class
    """A test reached for the network, and fails.

    No `Exception`, since those are caught: by libraries, which try again, and by an engine, which makes a
    failure of the rule's of it that a test need not look at.

    Attributes:
        host: what it reached for.
    """

    def __init__(self, host: str) -> None:
        super().__init__(
            f"this test reached for {host}, and has no network; a rule judges what is in its event. To open"
            " the network, mark the test with @pytest.mark.trailguard_network"
        )
        self.host = host


@contextmanager
def blocked_network() -> Iterator[None]:
    """Refuse connections to other machines, and questions about their names.

    Raises:
        NetworkBlockedError: in the block, wherever something reaches for the network.
    """
    with ExitStack() as stack:
        for place, names, host_of in _DOORS:
            for name in names:
                if hasattr(place, name):  # Windows has no sendmsg
                    stack.enter_context(patch.object(place, name, _refusing(getattr(place, name), host_of)))
        yield


def _refusing(function: Callable[..., Any], host_of: Callable[..., object]) -> Callable[..., Any]:
    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  # as the function has it
        __tracebackhide__ = True
        host = host_of(*args, **kwargs)
        name = host.decode(errors="replace") if isinstance(host, bytes) else str(host or "")
        if not _is_own(name.lower()):
            raise NetworkBlockedError(printable(name))
        return function(*args, **kwargs)

    return call


def _host_last(opened: socket.socket, *args: Any) -> object:  # noqa: ANN401  # as sockets have them
    """Return the host of a socket's call whose last argument is the address; None if it is no host."""
    address = args[-1] if args else None
    return address[0] if address and opened.family in {socket.AF_INET, socket.AF_INET6} else None


def _host_fourth(opened: socket.socket, *args: Any) -> object:  # noqa: ANN401  # the same
    return _host_last(opened, *args[3:])


def _host_first(host: object, *_: object, **__: object) -> object:
    return host


def _host_of_address(address: tuple[object, ...], *_: object) -> object:
    return address[0]


_DOORS: Final[tuple[tuple[object, tuple[str, ...], Callable[..., object]], ...]] = (
    (socket.socket, ("connect", "connect_ex", "sendto"), _host_last),
    (socket.socket, ("sendmsg",), _host_fourth),
    (socket, ("getaddrinfo", "gethostbyaddr", "gethostbyname", "gethostbyname_ex"), _host_first),
    (socket, ("getnameinfo",), _host_of_address),
)
"""Where the network is reached for, and how to tell which host a call is about."""


def _is_own(name: str) -> bool:
    """Tell whether a host is this machine: by a name of its own, a loopback address, or as none at all."""
    if name in {"", "localhost", socket.gethostname().lower()} or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address  # ::ffff:127.0.0.1 is 127.0.0.1
    return address.is_loopback or address.is_unspecified
