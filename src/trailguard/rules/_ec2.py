"""What an EC2 API call is about, by how CloudTrail writes it down."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from trailguard.rules._json import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trailguard.models.cloudtrail import CloudTrailEvent

__all__ = ["request_of", "resource_of"]

_WORD = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])")
_NO_RESOURCE = {"requestId", "RequestId", "ownerId", "OwnerId", "availabilityZoneId", "AvailabilityZoneId"}
_DEPTH = 4
_NESTED = 20  # far deeper than requests are, and than what nobody wrote to be read may go


def request_of(event: CloudTrailEvent) -> dict[str, Any]:
    """Return what an EC2 call asked for, with the names of the older form: ``flowLogId``.

    Newer actions have all of it under ``<Action>Request``, and names begin with a capital: ``FlowLogId``.
    """
    request = event.request_parameters
    wrapped = request.get(f"{event.event_name}Request")
    if not isinstance(wrapped, dict):
        return request
    lowered: dict[str, Any] = _in_camel_case(wrapped)
    return lowered


def _in_camel_case(value: Any, depth: int = 0) -> Any:  # noqa: ANN401  # JSON of any shape
    if depth > _NESTED:
        return value
    if isinstance(value, list):
        return [_in_camel_case(inner, depth + 1) for inner in value]
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: _in_camel_case(inner, depth + 1) for key, inner in value.items()}
    return value


def resource_of(event: CloudTrailEvent) -> str | None:
    """Return the id of what an EC2 call is about: ``vpc-...`` for ``CreateVpc``.

    Usually that is what the action's name says. Else it is the id whose name has most words in common with
    the action's: ``networkAclId`` for ``DeleteNetworkAclEntry``. What the call made (the response) goes
    before what it was given; where no name fits, the first id of the request has to do, such as the
    ``associationId`` of ``DisassociateRouteTable``.
    """
    request, response = event.request_parameters, event.response_elements
    noun = _noun(event.event_name)
    made = response.get(noun)
    usual = text(made.get(f"{noun}Id") if isinstance(made, dict) else request.get(f"{noun}Id"))
    return usual or _best_id(event.event_name, response, request)


def _best_id(event_name: str, response: dict[str, Any], request: dict[str, Any]) -> str | None:
    wanted = _words(event_name)
    best, most = None, 0
    for name, identifier in chain(_ids(response), _ids(request)):
        in_common = len(wanted & _words(name))
        if in_common > most:
            best, most = identifier, in_common
            if most == len(wanted) - 1:  # all but the verb: no other can have more
                break
    if best is None:
        best = next((identifier for _, identifier in chain(_ids(request), _ids(response))), None)
    return best


@lru_cache(maxsize=1024)
def _noun(event_name: str) -> str:
    """Return what an action is about, as EC2 spells it in keys: ``routeTable`` of ``DeleteRouteTable``."""
    _, *nouns = _WORD.findall(event_name) or [""]
    noun = "".join(nouns)
    return noun[:1].lower() + noun[1:]


@lru_cache(maxsize=1024)
def _words(name: str) -> frozenset[str]:
    """Take a name apart, plurals made singular: ``{"vpc", "endpoint"}`` of ``VpcEndpoints``."""
    return frozenset(word.lower().removesuffix("s") for word in _WORD.findall(name))


def _ids(value: dict[str, Any], depth: int = _DEPTH) -> Iterator[tuple[str, str]]:
    """Yield the ids in a request or response with their names; of each list, those of the first element."""
    for key, held in value.items():
        first = held[0] if isinstance(held, list) and held else held
        if isinstance(first, str):
            if first and key.endswith("Id") and key not in _NO_RESOURCE:
                yield key[:-2], first
        elif isinstance(first, dict):
            if key.endswith("Id"):
                if content := text(first.get("content")):  # {"tag": 1, "content": "subnet-..."}
                    yield key[:-2], content
            elif depth:
                yield from _ids(first, depth - 1)
