"""What AWS Config records, or invokes a custom rule for.

Source: "DescribeConfigurationRecorders" and "DescribeConfigRules" in the AWS Config API reference.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from trailguard.errors import FilterError
from trailguard.filters.config import resource_types
from trailguard.filters.deployed import as_texts, loaded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trailguard.listeners import Listener

__all__ = ["resource_type_gaps"]

# What a rule has to be invoked for: large items come under a name of their own.
_CHANGES: Final = {
    "ConfigurationItemChangeNotification",
    "OversizedConfigurationItemChangeNotification",
}


def resource_type_gaps(listeners: Iterable[Listener], text: str, source: str) -> list[str]:
    """Return the resource types that rules listen to and AWS Config does not tell of; a line for each.

    Args:
        listeners: rules as the settings have them.
        text: a JSON list of resource types; or what ``aws configservice describe-configuration-recorders`` or
            ``describe-config-rules`` prints.
        source: where the text is from, for errors.

    Raises:
        FilterError: when the text is none of this, or when a rule's pattern takes no known type.
    """
    parts = [_telling(part, source) for part in _parts(loaded(text, source))]
    return [
        f"{listener.rule.id}: {resource_type}"
        for listener in listeners
        for resource_type in resource_types([listener])
        if not any(tells_of(resource_type) for tells_of in parts)
    ]


def _parts(data: Any) -> list[Any]:  # noqa: ANN401  # JSON of any shape
    if isinstance(data, dict):
        for key in ("ConfigurationRecorders", "ConfigRules"):
            if isinstance(data.get(key), list):
                return list(data[key])
    return [data]


def _telling(part: Any, source: str) -> Callable[[str], bool]:  # noqa: ANN401  # JSON of any shape
    """Return what tells whether a list, a recorder or a rule is of a resource type."""
    match part:
        case list():
            return as_texts(part, source).__contains__
        case {"recordingScope": "INTERNAL"}:  # it records for another service of AWS alone
            return _nothing
        case {"recordingGroup": dict(group)}:
            return _recorded(group, source)
        case {"ConfigRuleName": str(), "Source": {"Owner": "CUSTOM_LAMBDA"}}:
            return _evaluated(part, source)
        case {"ConfigRuleName": str()}:  # it is AWS's own, or a policy, and invokes no function
            return _nothing
    told = json.dumps(part)[:60]
    raise FilterError(f"{source}: expected resource types, recorders or rules of AWS Config, not {told}")


def _nothing(resource_type: str) -> bool:  # noqa: ARG001  # whatever it is
    return False


def _evaluated(rule: dict[str, Any], source: str) -> Callable[[str], bool]:
    scope, details = rule.get("Scope") or {}, rule["Source"].get("SourceDetails") or []
    if not isinstance(scope, dict) or not isinstance(details, list):
        raise FilterError(f"{source}: not a rule of AWS Config: {json.dumps(rule)[:60]}")
    invoking = {one.get("MessageType") for one in details if isinstance(one, dict)}
    if not invoking >= _CHANGES or "TagKey" in scope or "ComplianceResourceId" in scope:
        return _nothing
    types = as_texts(scope.get("ComplianceResourceTypes"), source)
    return types.__contains__ if types else lambda _: True


def _recorded(group: dict[str, Any], source: str) -> Callable[[str], bool]:
    excluded, strategy = (group.get(key) or {} for key in ("exclusionByResourceTypes", "recordingStrategy"))
    if not isinstance(excluded, dict) or not isinstance(strategy, dict):
        raise FilterError(f"{source}: not a recording group of AWS Config: {json.dumps(group)[:60]}")
    left_out = as_texts(excluded.get("resourceTypes"), source)
    if strategy.get("useOnly") == "EXCLUSION_BY_RESOURCE_TYPES":
        return lambda resource_type: resource_type not in left_out
    if group.get("allSupported"):
        # IAM's types are global, and left out unless somebody says so.
        iam = bool(group.get("includeGlobalResourceTypes"))
        return lambda resource_type: iam or not resource_type.startswith("AWS::IAM::")
    return as_texts(group.get("resourceTypes"), source).__contains__
