"""Which policy a call gives a resource, wherever the call has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trailguard.rules._json import first, text, texts
from trailguard.rules.data._spelling import fields

if TYPE_CHECKING:
    from trailguard.models.cloudtrail import CloudTrailEvent

__all__ = ["RESOURCE_NAMES", "policy_of"]

_POLICIES = ("policy", "policytext", "policydocument", "policyinjson", "resourcepolicy", "accesspolicy")

RESOURCE_NAMES = (
    "queueurl",
    "queuename",
    "topicarn",
    "resourcearn",
    "repositoryname",
    "repository",
    "domain",
    "vaultname",
    "backupvaultname",
    "eventbusname",
    "containername",
    "tablename",
    "imagearn",
    "clusterarn",
    "identity",
    "emailidentity",
    "destinationname",
    "name",
)
"""What requests call the resource, in lower case."""


def policy_of(event: CloudTrailEvent) -> object:
    """Return the policy that a call sets, in JSON or as an object; None where it sets none.

    A call that adds a permission without saying so in a policy gives one with that permission alone.
    """
    request = fields(event.request_parameters)
    if accounts := [
        name for key, held in request.items() if key.startswith("awsaccountid") for name in texts(held)
    ]:
        return _allowing(accounts)
    if principal := text(request.get("principal")):
        return _allowing([principal], request.get("condition"))
    if text(request.get("attributename")) == "Policy":
        return request.get("attributevalue")
    held = [request.get(key) for key in _POLICIES] + [fields(first(request.get("attributes"))).get("policy")]
    policy = next((one for one in held if one), None)
    return policy.get("policy", policy) if isinstance(policy, dict) else policy


def _allowing(principals: list[str], condition: object = None) -> dict[str, Any]:
    """Write a policy for some accounts; a condition is ``{"type": ..., "key": ..., "value": ...}``."""
    test = first(condition)
    operator, key = text(test.get("type")), text(test.get("key"))
    conditions = {operator: {key: test.get("value")}} if operator and key else {}
    statement = {"Effect": "Allow", "Principal": {"AWS": principals}, "Condition": conditions}
    return {"Statement": [statement]}
