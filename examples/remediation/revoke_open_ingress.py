"""Revokes the security group rule that a verdict names, and no other. A dry run unless ``REMEDIATE=yes``.

A Lambda function for a queue that gets trailguard's verdicts; README.md says how to wire it. What it did, or
why it did nothing, is one line of JSON on standard output for each verdict.

Sources: DescribeSecurityGroupRules, RevokeSecurityGroupIngress and "Error codes for the Amazon EC2 API" in
the Amazon EC2 API reference.
"""

from __future__ import annotations

import json
import os
from functools import cache
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
from botocore.exceptions import ClientError

from trailguard.inbox import handle_verdicts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_ec2.type_defs import SecurityGroupRuleTypeDef

    from trailguard import Verdict

__all__ = ["handler"]

RULES = ("security-group-opened-to-internet", "security-group-lets-internet-in")
NAMED = {"group_id", "protocol", "from_port", "to_port", "cidr"}
GONE = ("InvalidGroup.NotFound", "InvalidPermission.NotFound", "InvalidSecurityGroupRuleId.NotFound")


def handler(event: dict[str, Any], _context: object = None) -> dict[str, Any]:
    """Act on each verdict of a batch. One that fails comes again, until its queue gives it up."""
    return handle_verdicts(event, remediate)


class Role(NamedTuple):
    """A role, whatever its session is called: that is up to the caller."""

    account_id: str | None
    name: str | None


def remediate(verdict: Verdict) -> None:
    """Revoke what a verdict names, and say so.

    Raises:
        ValueError: when it does not say what to revoke: a shortened one, say. That is for a person to see.
    """
    if why := why_not(verdict, own_role()):
        say(verdict, "ignored", why=why)
        return
    evidence = verdict.evidence
    if not evidence.keys() >= NAMED or not verdict.region:
        raise ValueError(f"verdict {verdict.id} does not say which rule of which group to revoke")
    client = ec2(verdict.region)
    found = [rule for rule in rules_of(client, evidence["group_id"]) if is_meant(rule, evidence)]
    ids = [rule["SecurityGroupRuleId"] for rule in found]
    if not ids:
        say(verdict, "nothing to revoke")
    elif os.environ.get("REMEDIATE") != "yes":
        say(verdict, "would revoke", security_group_rule_ids=ids)
    else:
        revoke(client, evidence["group_id"], ids)
        say(verdict, "revoked", security_group_rule_ids=ids)


def why_not(verdict: Verdict, own: Role) -> str | None:
    """Return why a verdict is none of our business; None if it is."""
    if verdict.rule_id not in RULES:
        return "another rule's"
    if verdict.suppressed:
        return "suppressed"
    if verdict.account_id != own.account_id:
        return "another account's"
    if Role(verdict.actor.account_id, verdict.actor.role_name) == own:
        return "own doing"
    return None


@cache
def own_role() -> Role:
    """Return the role that this function runs as, of ``arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION``."""
    caller = boto3.client("sts").get_caller_identity()
    kind, _, rest = caller["Arn"].rpartition(":")[2].partition("/")
    return Role(caller["Account"], rest.partition("/")[0] if kind == "assumed-role" else "")


@cache
def ec2(region: str) -> EC2Client:
    """Return the client for a region."""
    return boto3.client("ec2", region_name=region)


def rules_of(client: EC2Client, group_id: str) -> Iterator[SecurityGroupRuleTypeDef]:
    """Yield the rules that a group has now; none if the group is gone."""
    pages = client.get_paginator("describe_security_group_rules").paginate(
        Filters=[{"Name": "group-id", "Values": [group_id]}]
    )
    for page in pages:
        yield from page["SecurityGroupRules"]


def is_meant(rule: SecurityGroupRuleTypeDef, evidence: Mapping[str, Any]) -> bool:
    """Tell whether a rule is the one that a verdict names, and still says what it said then.

    A rule keeps its id when it is changed: one that was mended since is not to be revoked.
    """
    meant = traffic(evidence["protocol"], evidence["from_port"], evidence["to_port"])
    return (
        not rule["IsEgress"]
        and evidence.get("security_group_rule_id") in (None, rule["SecurityGroupRuleId"])
        and traffic(rule["IpProtocol"], rule.get("FromPort"), rule.get("ToPort")) == meant
        and network(rule.get("CidrIpv4") or rule.get("CidrIpv6")) == network(evidence["cidr"])
    )


def traffic(protocol: str, first: int | None, last: int | None) -> tuple[str, int, int]:
    """Return what a rule lets through. EC2 has -1 where ports do not matter; a call may have had any."""
    if protocol == "-1":
        return protocol, -1, -1
    return protocol, -1 if first is None else first, -1 if last is None else last


def network(cidr: str | None) -> object:
    """Return a block as EC2 keeps it: a call may have asked for ``198.51.100.7/0``."""
    return None if cidr is None else ip_network(cidr, strict=False)


def revoke(client: EC2Client, group_id: str, rule_ids: list[str]) -> None:
    """Revoke rules of a group. That one is gone already is what we want."""
    for rule_id in rule_ids:
        try:
            client.revoke_security_group_ingress(GroupId=group_id, SecurityGroupRuleIds=[rule_id])
        except ClientError as error:
            if error.response["Error"]["Code"] not in GONE:
                raise


def say(verdict: Verdict, outcome: str, **more: object) -> None:
    """Write what was done as JSON, in which texts of events stay in their line."""
    told = {"outcome": outcome, "verdict": verdict.id, "rule": verdict.rule_id, "violation": verdict.reason}
    print(json.dumps({**told, "resource": verdict.resource, **more}))
