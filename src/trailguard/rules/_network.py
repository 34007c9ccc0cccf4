"""What lets the internet in: predicates about addresses and ports, whoever wrote them down."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TYPE_CHECKING, Self

import msgspec

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

__all__ = ["Permission", "is_whole_internet"]

# Every IPv6 address that registries have given to networks so far lies in this half of global unicast.
_IPV6_INTERNET = IPv6Network("2000::/4")
_WEB = frozenset({80, 443})
_PROTOCOLS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
_SERVICES = {
    21: "FTP",
    22: "SSH",
    23: "Telnet",
    25: "SMTP",
    53: "DNS",
    80: "HTTP",
    443: "HTTPS",
    445: "SMB",
    1433: "SQL Server",
    1521: "Oracle",
    2049: "NFS",
    3306: "MySQL",
    3389: "RDP",
    5432: "PostgreSQL",
    5900: "VNC",
    6379: "Redis",
    9200: "Elasticsearch",
    11211: "Memcached",
    27017: "MongoDB",
}


def is_whole_internet(cidr: object) -> bool:
    """Tell whether a CIDR block is all of the internet, or one half of it.

    Halves count because two rules (``0.0.0.0/1`` and ``128.0.0.0/1``) do what one for ``0.0.0.0/0`` does.
    Anything that is not the text of a block is not the internet.
    """
    if not isinstance(cidr, str):
        return False
    try:
        network = ip_network(cidr, strict=False)
    except ValueError:
        return False
    if isinstance(network, IPv4Network):
        return network.prefixlen <= 1
    return network.supernet_of(_IPV6_INTERNET)


class Permission(msgspec.Struct, frozen=True):
    """Some traffic and where it may come from; ``str()`` puts the traffic in words: ``tcp 22 (SSH)``.

    Attributes:
        protocol: ``tcp``, ``udp``, ``icmp``, ``icmpv6``, another protocol's number, ``-1`` for all of them;
            empty where nobody says.
        from_port: as AWS has it: -1 or None where ports do not matter; an ICMP type for ICMP.
        to_port: the same; an ICMP code for ICMP.
        sources: CIDR blocks.
    """

    protocol: str
    from_port: int | None = None
    to_port: int | None = None
    sources: tuple[str, ...] = ()

    @classmethod
    def of(cls, protocol: object, from_port: object, to_port: object, sources: Iterable[object]) -> Self:
        """Make a permission of JSON values as AWS spells them; what makes no sense is left out."""
        name = str(protocol).lower() if isinstance(protocol, str | int) else ""
        return cls(
            _PROTOCOLS.get(name, name),
            _port(from_port),
            _port(to_port),
            tuple(source for source in sources if isinstance(source, str)),
        )

    @property
    def open_sources(self) -> tuple[str, ...]:
        """The sources that are the whole internet."""
        return tuple(source for source in self.sources if is_whole_internet(source))

    @property
    def ports(self) -> range | None:
        """The ports let through; None for protocols that have none."""
        if self.protocol not in {"tcp", "udp"}:
            return None
        first = max(self.from_port or 0, 0)
        last = 65535 if self.to_port is None or self.to_port < 0 else min(self.to_port, 65535)
        return range(first, last + 1)

    @property
    def is_everything(self) -> bool:
        """Whether it is all traffic, or all of TCP or UDP (port 0 is none that anybody listens on)."""
        ports = self.ports
        return self.protocol == "-1" or (ports is not None and ports.start <= 1 and ports.stop > 65535)

    @property
    def is_usual(self) -> bool:
        """Whether it is what public servers offer: HTTP or HTTPS, or pings and the like."""
        return self.protocol in {"icmp", "icmpv6"} or self.is_within(_WEB)

    def is_within(self, allowed: Collection[int]) -> bool:
        """Tell whether it is TCP or UDP and every one of its ports is allowed."""
        ports = self.ports or range(0)
        return len(ports) > 0 and all(port in allowed for port in ports)

    def __str__(self) -> str:
        ports = self.ports
        if ports is None:
            if self.protocol.isdigit():
                return f"protocol {self.protocol}"
            return {"-1": "all traffic", "": "traffic"}.get(self.protocol, self.protocol)
        if len(ports) != 1:
            return f"{self.protocol} {ports.start}-{ports.stop - 1}"
        service = f" ({_SERVICES[ports.start]})" if ports.start in _SERVICES else ""
        return f"{self.protocol} {ports.start}{service}"


def _port(value: object) -> int | None:
    """Read a port, which some records have as text."""
    written = str(value) if isinstance(value, str | int) else ""
    return int(written) if re.fullmatch(r"-?[0-9]{1,5}", written) else None
