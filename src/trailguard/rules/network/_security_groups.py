"""Which security group rules a call made: there are four ways to write them down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from trailguard.rules._json import is_true, items, text
from trailguard.rules._network import Permission

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailguard.models.cloudtrail import CloudTrailEvent

__all__ = ["SecurityGroupRule", "security_group_rules"]

_IDS = {
    "group_id": "groupId",
    "group_name": "groupName",
    "security_group_rule_id": "securityGroupRuleId",
}


class SecurityGroupRule(NamedTuple):
    """A security group rule that a call made or changed.

    Attributes:
        permission: what it lets through, and from where.
        ids: what is known of ``group_id``, ``group_name`` and ``security_group_rule_id``.
    """

    permission: Permission
    ids: dict[str, str]


def security_group_rules(event: CloudTrailEvent) -> Iterator[SecurityGroupRule]:
    """Yield the rules of an AuthorizeSecurityGroupIngress or a ModifySecurityGroupRules."""
    for entry in _entries(event):
        ranges = [*items(entry.get("ipRanges")), *items(entry.get("ipv6Ranges"))]
        sources = [at.get(key) for at in (entry, *ranges) for key in ("cidrIp", "cidrIpv4", "cidrIpv6")]
        ports = entry.get("fromPort"), entry.get("toPort")
        yield SecurityGroupRule(
            Permission.of(entry.get("ipProtocol"), *ports, sources),
            {name: known for name, key in _IDS.items() if (known := text(entry.get(key)))},
        )


def _entries(event: CloudTrailEvent) -> Iterator[dict[str, Any]]:
    """Yield each rule as one flat object, in lowerCamelCase."""
    request = event.request_parameters
    group = {key: request.get(key) for key in ("groupId", "groupName")}
    if wrapped := items(request.get("ModifySecurityGroupRulesRequest")):
        for change in items(wrapped[0].get("SecurityGroupRule")):
            for rule in items(change.get("SecurityGroupRule")):
                flat = wrapped[0] | change | rule
                yield {key[:1].lower() + key[1:]: value for key, value in flat.items()}
    elif made := items(event.response_elements.get("securityGroupRuleSet")):
        yield from (group | rule for rule in made if not is_true(rule.get("isEgress")))
    else:  # records of before 2021 have no more of a response than that it worked
        yield from (group | rule for rule in items(request.get("ipPermissions")))
        yield request  # the short form: one rule, its fields beside the group's id
