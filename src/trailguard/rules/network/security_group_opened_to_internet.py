"""A security group lets the whole internet in."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules.network._security_groups import security_group_rules
from trailguard.verdict import Severity, Violation


class Params(BaseModel, frozen=True, defer_build=True):
    """The TCP and UDP ports that may be open to everybody, such as 443."""

    allowed_ports: frozenset[int] = frozenset()


@rule(
    on=["ec2:AuthorizeSecurityGroupIngress", "ec2:ModifySecurityGroupRules"],
    severity=Severity.HIGH,
    title="Security group opened to the internet",
    references=["https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html"],
    tags=["mitre:T1562.007", "mitre:T1133", "cis:5.2", "cis:4.10"],
)
def security_group_opened_to_internet(event: CloudTrailEvent, params: Params) -> Iterator[Violation]:
    """A security group got a rule that lets all IPv4 or IPv6 addresses in, or one half of them.

    Whatever listens behind such a rule is found by scanners within minutes: remote administration has
    its passwords guessed, databases are read. HTTP, HTTPS and answers to pings alone, which public servers
    offer, are low.

    Known false positives: public web servers (name their ports in ``allowed_ports``) and groups that are
    attached to nothing. ``ModifySecurityGroupRules`` does not say which way a rule goes, so an egress rule
    changed to reach everywhere is reported too. Not seen: the internet in smaller pieces than halves, and
    prefix lists that hold it.
    """
    for permission, ids in security_group_rules(event):
        if permission.is_within(params.allowed_ports):
            continue
        group = ids.get("group_id") or ids.get("group_name")
        facts = {
            "protocol": permission.protocol,
            "from_port": permission.from_port,
            "to_port": permission.to_port,
        }
        for cidr in permission.open_sources:
            yield Violation(
                f"{event.actor} opened {permission} of {group or 'a security group'} to {cidr}",
                resource=group,
                severity=Severity.LOW if permission.is_usual else None,
                evidence={**ids, **facts, "cidr": cidr},
            )
