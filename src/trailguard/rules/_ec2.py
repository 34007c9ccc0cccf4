"""How EC2's API calls are written down in CloudTrail.

Older actions have lowerCamelCase keys and wrap lists as ``{"items": [...]}``; an empty list is ``{}``. Newer
ones are XML made JSON, under ``<Action>Request`` and ``<Action>Response``: one element is an object, several
are a list, texts in lists are ``{"tag": 1, "content": "..."}``, and a text may turn into a number or boolean.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailguard.models.cloudtrail import CloudTrailEvent

__all__ = ["is_true", "items", "resource_of", "text"]

_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_NO_RESOURCE = {"requestid", "ownerid", "availabilityzoneid"}
_DEPTH = 4


def items(value: object) -> list[dict[str, Any]]:
    """Return the objects of a list, in whichever way EC2 wrote it; nothing for what is no list of objects."""
    if isinstance(value, dict):
        value = value.get("items", value.get("item", value))
    entries = value if isinstance(value, list) else [value]
    return [entry for entry in entries if isinstance(entry, dict) and entry]


def is_true(value: object) -> bool:
    """Read a boolean, or an attribute that holds one: ``{"value": true}``."""
    if isinstance(value, dict):
        value = value.get("value")
    return value is True or value == "true"


def text(value: object) -> str | None:
    """Return a text that says something, else None."""
    return value if isinstance(value, str) and value else None


def resource_of(event: CloudTrailEvent) -> str | None:
    """Return the id of what an EC2 call is about: ``vpc-...`` for ``CreateVpc``.

    It is the id whose name has most words in common with the action's: ``networkAclId`` for
    ``DeleteNetworkAclEntry``. What the call made (the response) goes before what it was given; where no name
    fits, the first id of the request has to do, such as the ``associationId`` of ``DisassociateRouteTable``.
    """
    wanted = _words(event.action.partition(":")[2])
    request, response = list(_ids(event.request_parameters)), list(_ids(event.response_elements))

    def in_common(found: tuple[str, str]) -> int:
        return len(wanted & _words(found[0]))

    best = max(chain(response, request), key=in_common, default=None)
    if best is not None and not in_common(best):
        best = next(chain(request, response))
    return best and best[1]


def _words(name: str) -> set[str]:
    """Take a name apart, plurals made singular: ``{"vpc", "endpoint"}`` of ``VpcEndpoints``."""
    return {word.lower().removesuffix("s") for word in _WORD.findall(name)}


def _ids(value: object, depth: int = _DEPTH) -> Iterator[tuple[str, str]]:
    """Yield the ids in a request or response with their names; of each list, those of the first element."""
    if isinstance(value, list):
        value = value[0] if value else None
    if not isinstance(value, dict) or not depth:
        return
    for key, inner in value.items():
        if key.endswith("Id") and key.lower() not in _NO_RESOURCE:
            first = inner[0] if isinstance(inner, list) and inner else inner
            identifier = text(first.get("content") if isinstance(first, dict) else first)
            if identifier:
                yield key.removesuffix("Id"), identifier
        else:
            yield from _ids(inner, depth - 1)
