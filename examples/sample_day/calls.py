"""How a line of the story becomes a CloudTrail record."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from trailguard.testing import DEFAULT_ACCOUNT_ID, assumed_role, cloudtrail_event

if TYPE_CHECKING:
    from trailguard import CloudTrailEvent

Json = dict[str, Any]

ACCOUNT = DEFAULT_ACCOUNT_ID
HOME = "eu-west-1"
GLOBAL_SERVICES = {"iam", "signin", "sts"}
"""Those that log to us-east-1."""

DONE: Json = {"_return": True}
"""What EC2 answers when there is nothing to tell."""


@dataclass(frozen=True)
class Call:
    """One call: when (``HH:MM:SS``, UTC), which, and what came of it."""

    at: str
    action: str
    request: Json | None = None
    response: Json | None = None
    error: str | None = None
    region: str | None = None
    more: Json = field(default_factory=dict)


@dataclass(frozen=True)
class Caller:
    """Somebody who calls: an identity, where it calls from and with what."""

    identity: Json
    address: str | None = None
    agent: str | None = None

    def record(self, call: Call) -> CloudTrailEvent:
        """Write one call down as CloudTrail does."""
        service = call.action.partition(":")[0]
        more = dict(call.more)
        if self.agent is not None and service != "signin":
            more.setdefault("userAgent", self.agent)
        response = call.response
        if service == "ec2" and response is not None:
            # EC2 repeats the request's id in its answer.
            more["requestID"] = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{call.at} {call.action} {call.request}"))
            response = {"requestId": more["requestID"], **response}
        return cloudtrail_event(
            call.action,
            actor=self.identity,
            request=call.request,
            response=response,
            error=call.error,
            source_ip=self.address,
            region=call.region or ("us-east-1" if service in GLOBAL_SERVICES else HOME),
            time=datetime.strptime(f"2026-03-02 {call.at}", "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC),
            **more,
        )


def clock(seconds: float) -> str:
    """Write seconds since midnight as ``HH:MM:SS``."""
    minutes, second = divmod(int(seconds), 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{second:02}"


def role_created(name: str, principal: Json, at: str) -> tuple[Json, Json]:
    """Give request and response of a ``CreateRole``; in the answer, IAM URL-encodes the trust policy."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = {
        "path": "/",
        "roleName": name,
        "roleId": assumed_role(name)["sessionContext"]["sessionIssuer"]["principalId"],
        "arn": f"arn:aws:iam::{ACCOUNT}:role/{name}",
        "createDate": f"Mar 2, 2026, {at}",
        "assumeRolePolicyDocument": quote(policy, safe=""),
    }
    return {"roleName": name, "assumeRolePolicyDocument": policy}, {"role": role}


def ingress(group: str, rule: str, protocol: str, port: int | None, cidr: str) -> tuple[Json, Json]:
    """Give request and response of an ``AuthorizeSecurityGroupIngress``; no port means all of them."""
    is_ipv4 = ip_network(cidr).version == 4
    ports = {} if port is None else {"fromPort": port, "toPort": port}
    permission = {
        "ipProtocol": protocol,
        **ports,
        "groups": {},
        "ipRanges": {"items": [{"cidrIp": cidr}]} if is_ipv4 else {},
        "ipv6Ranges": {} if is_ipv4 else {"items": [{"cidrIpv6": cidr}]},
        "prefixListIds": {},
    }
    created = {
        "groupOwnerId": ACCOUNT,
        "groupId": group,
        "securityGroupRuleId": rule,
        "isEgress": False,
        "ipProtocol": protocol,
        "fromPort": -1 if port is None else port,
        "toPort": -1 if port is None else port,
        "cidrIpv4" if is_ipv4 else "cidrIpv6": cidr,
    }
    return (
        {"groupId": group, "ipPermissions": {"items": [permission]}},
        DONE | {"securityGroupRuleSet": {"items": [created]}},
    )
