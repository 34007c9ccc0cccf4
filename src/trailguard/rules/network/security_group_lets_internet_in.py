"""A security group lets the whole internet in."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from trailguard._rule import rule
from trailguard.models.config import ConfigurationItem
from trailguard.rules._json import items, listed
from trailguard.rules._network import Permission
from trailguard.verdict import Severity, Violation


class Params(BaseModel, frozen=True, defer_build=True):
    """The TCP and UDP ports that may be open to everybody, such as 443."""

    allowed_ports: frozenset[int] = frozenset()


@rule(
    on="AWS::EC2::SecurityGroup",
    severity=Severity.HIGH,
    title="Security group lets the internet in",
    references=["https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html"],
    tags=["mitre:T1133", "cis:5.2"],
)
def security_group_lets_internet_in(item: ConfigurationItem, params: Params) -> Iterator[Violation]:
    """A security group has an inbound rule for all IPv4 or IPv6 addresses, or one half of them.

    Whatever listens behind such a rule is found by scanners within minutes: remote administration has its
    passwords guessed, databases are read. HTTP, HTTPS and answers to pings alone are low.

    Known false positives: public web servers (name their ports in ``allowed_ports``) and groups that are
    attached to nothing. Not seen: the internet in smaller pieces than halves, and prefix lists that hold it.
    """
    for entry in items(item.configuration.get("ipPermissions")):
        permission = Permission.of(
            entry.get("ipProtocol"), entry.get("fromPort"), entry.get("toPort"), _sources(entry)
        )
        if permission.is_within(params.allowed_ports):
            continue
        for cidr in permission.open_sources:
            yield Violation(
                f"{permission} is open to {cidr}",
                severity=Severity.LOW if permission.is_usual else None,
                evidence={
                    "group_id": item.resource_id,
                    "protocol": permission.protocol,
                    "from_port": permission.from_port,
                    "to_port": permission.to_port,
                    "cidr": cidr,
                },
            )


def _sources(entry: dict[str, object]) -> list[str]:
    """Return the CIDR blocks of a permission, once each: ``ipRanges`` says what ``ipv4Ranges`` says too.

    Usually the former are texts and the latter objects, but nobody promises that.
    """
    ranges = [one for key in ("ipRanges", "ipv4Ranges", "ipv6Ranges") for one in listed(entry.get(key))]
    objects = [one.get(key) for one in items(ranges) for key in ("cidrIp", "cidrIpv6")]
    return list(dict.fromkeys(cidr for cidr in [*ranges, *objects] if isinstance(cidr, str)))
