"""A VPC endpoint's policy allows everything to everybody."""

from __future__ import annotations

import re

from trailguard._rule import rule
from trailguard.models.config import ConfigurationItem
from trailguard.rules._json import listed, text
from trailguard.rules._policy import statements_for_anyone
from trailguard.verdict import Severity, Violation

_EVERYTHING = re.compile(r"\*+(:\*+)?")
# Variables stand for what the caller brings along: with ${aws:PrincipalAccount}, every caller has a bucket.
_WILDCARD = re.compile(r"[*?]|\$\{")
_EQUALITY = ("StringEquals", "StringEqualsIgnoreCase", "StringLike")
_OWNER_KEYS = ("aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths", "s3:resourceaccount")


@rule(
    on="AWS::EC2::VPCEndpoint",
    severity=Severity.LOW,
    title="VPC endpoint allows everything",
    references=["https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html"],
    tags=["mitre:T1537"],
)
def vpc_endpoint_allows_everything(item: ConfigurationItem) -> Violation | None:
    """A VPC endpoint lets anyone do anything with any resource: the policy it has unless it is given one.

    The service behind the endpoint is everybody's. Whoever is in the network, with keys of an account of
    their own, can send data through it to a bucket or queue of theirs, from subnets that have no way to the
    internet.

    A condition counts where it says whose the callers are, or whose the resources are
    (``aws:ResourceAccount``, ``aws:ResourceOrgID``, ``aws:ResourceOrgPaths``), and is not an ``IfExists``.

    Known false positives: a policy whose openness another statement takes back (Deny is not weighed), and
    endpoints of services that heed no policy. Not seen: items that show no policy, all actions of one service
    (``s3:*``), statements with ``NotAction`` or ``NotResource``, which spare something, and conditions that
    hold for everybody in the network, such as one for ``aws:SourceVpc``.
    """
    config = item.configuration
    documents = (config.get(key) for key in ("policyDocument", "PolicyDocument"))
    found = [one for document in documents for one in statements_for_anyone(document) if _is_everything(one)]
    if not found:
        return None
    service = text(config.get("serviceName")) or text(config.get("ServiceName"))
    return Violation(
        f"anyone may do everything through the endpoint of {service or 'a service'}",
        evidence={"vpc_endpoint_id": item.resource_id, "service_name": service, "statements": found},
    )


def _is_everything(statement: dict[str, object]) -> bool:
    every_action = any(map(_EVERYTHING.fullmatch, _texts(statement.get("Action"))))
    every_resource = any(map(_EVERYTHING.fullmatch, _texts(statement.get("Resource"))))
    return every_action and every_resource and not _says_whose_resources(statement.get("Condition"))


def _says_whose_resources(condition: object) -> bool:
    return isinstance(condition, dict) and any(
        key.lower() in _OWNER_KEYS and not any(map(_WILDCARD.search, map(_owner, _texts(values))))
        for operator, tests in condition.items()
        if operator.removeprefix("ForAnyValue:") in _EQUALITY and isinstance(tests, dict)
        for key, values in tests.items()
    )


def _owner(value: str) -> str:
    """Return whose resources a value names; of ``o-example/r-ab12/*``, the organisation."""
    return value.partition("/")[0]


def _texts(value: object) -> list[str]:
    return [one for one in listed(value) if isinstance(one, str)]
