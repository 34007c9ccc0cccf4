"""A network ACL lets all traffic in from the whole internet."""

from __future__ import annotations

from collections.abc import Iterator

from trailguard._rule import rule
from trailguard.models.cloudtrail import CloudTrailEvent
from trailguard.rules._json import first, is_true, text
from trailguard.rules._network import Permission
from trailguard.verdict import Severity, Violation


@rule(
    on=["ec2:CreateNetworkAclEntry", "ec2:ReplaceNetworkAclEntry"],
    severity=Severity.MEDIUM,
    title="Network ACL lets everything in",
    references=["https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html"],
    tags=["mitre:T1562.007", "cis:5.1", "cis:4.11"],
)
def network_acl_lets_everything_in(event: CloudTrailEvent) -> Iterator[Violation]:
    """A network ACL got an inbound entry that allows all traffic, or all of TCP or UDP, from everywhere.

    The ACL is the subnet's second line behind the security groups. With such an entry it is none.

    Known false positives: ACLs on purpose as open as the one that a VPC is made with, where security groups
    alone decide. An entry with a lower number may deny what this one allows: numbers are not compared.
    Single open ports are not reported; answers to outbound connections need many of them.
    """
    request = event.request_parameters
    if request.get("ruleAction") != "allow" or is_true(request.get("egress")):
        return
    ports = first(request.get("portRange"))
    sources = request.get("cidrBlock"), request.get("ipv6CidrBlock")
    permission = Permission.of(request.get("aclProtocol"), ports.get("from"), ports.get("to"), sources)
    acl, number = text(request.get("networkAclId")), request.get("ruleNumber")
    for cidr in permission.open_sources if permission.is_everything else ():
        yield Violation(
            f"{event.actor} let {permission} in from {cidr} by {acl or 'a network ACL'}",
            resource=acl,
            evidence={"network_acl_id": acl, "rule_number": number, "egress": False, "cidr": cidr},
        )
