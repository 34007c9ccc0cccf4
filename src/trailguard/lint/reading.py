"""What a rule reads of a request, by its source; and whether the calls it listens to have it."""

from __future__ import annotations

import ast
import inspect
import re
from collections import Counter
from difflib import get_close_matches
from fnmatch import fnmatchcase
from textwrap import dedent
from typing import TYPE_CHECKING

from trailguard.lint._finding import Remark
from trailguard.lint._names import OPEN_SOURCES
from trailguard.models.cloudtrail import CloudTrailEvent, operation_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trailguard._rule import Rule
    from trailguard.lint.facts import AwsFacts

__all__ = ["reading"]

_LIKENESS = 0.8
_FIRST_NAME = re.compile(r'\brequestParameters\.(?:"([^"]+)"|(\w+))')


def reading(rule: Rule, facts: AwsFacts) -> Iterator[Remark]:
    """Yield the request parameters that a rule reads and no call has which it listens to.

    Only those are told that are like one that there is: services write parameters in the log which no model
    has. Nothing is said of rules without source, nor of S3, where the log's names are others than the API's.
    """
    if rule.model is not CloudTrailEvent:
        return
    calls = _calls(rule, facts)
    known = frozenset().union(*(facts.parameters(*call) for call in calls))
    for key in dict.fromkeys(_keys(rule.check)):
        near = get_close_matches(key, sorted(known), n=1, cutoff=_LIKENESS)
        if key in known or not near or (_is_of_ec2(calls) and _is_renamed(key, near[0])):
            continue
        told = f"it reads the request parameter {key!r}, which none of its calls has, by {facts.version}"
        yield Remark("TG201", told, f"did you mean {near[0]!r}?")


def _calls(rule: Rule, facts: AwsFacts) -> set[tuple[str, str]]:
    """Return the calls that a rule listens to, as service and action; none where models lack one of them."""
    calls: set[tuple[str, str]] = set()
    for pattern in (pattern for match in rule.matches() for pattern in match.on):
        service, _, action = pattern.partition(":")
        if service not in facts.services or service in OPEN_SOURCES or service.startswith("s3"):
            return set()
        asked = {action, operation_of(action)}
        fit = {one for one in facts.actions(service) if any(fnmatchcase(one, name) for name in asked)}
        if not any(facts.parameters(service, one) for one in fit):
            return set()
        calls.update((service, one) for one in fit)
    return calls


def _is_of_ec2(calls: set[tuple[str, str]]) -> bool:
    return any(service == "ec2" for service, _ in calls)


def _is_renamed(key: str, near: str) -> bool:
    """Tell whether a key is what EC2 makes of a parameter: ``attributeType``, ``tagSpecificationSet``."""
    return key.endswith("Set") or key.startswith(near) or near.startswith(key)


def _keys(check: Callable[..., object]) -> Iterator[str]:
    """Yield the names that a function reads, at the top, of the request of its first argument."""
    try:
        [function] = ast.parse(dedent(inspect.getsource(check))).body
    except (OSError, TypeError, ValueError, SyntaxError):
        return
    if not isinstance(function, ast.FunctionDef):
        return
    arguments = [*function.args.posonlyargs, *function.args.args]
    request = _Request(arguments[0].arg, function)
    for node in ast.walk(function):
        yield from request.keys(node)


class _Request:
    """Knows by which names a function has the request of its event."""

    def __init__(self, event: str, function: ast.FunctionDef) -> None:
        self._event = event
        self._names: set[str] = set()
        nodes = list(ast.walk(function))
        bound = Counter(n.id for n in nodes if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store))
        for node in nodes:
            for name, value in _assigned(node):
                if bound[name] == 1 and self._is_request(value):
                    self._names.add(name)

    def keys(self, node: ast.AST) -> Iterator[str]:
        """Yield what an expression reads: ``["x"]``, ``.get("x")`` or ``search("requestParameters.x")``."""
        match node:
            case ast.Subscript(value=value, slice=ast.Constant(value=str(key))) if self._is_request(value):
                yield key
            case ast.Call(
                func=ast.Attribute(value=value, attr="get"), args=[ast.Constant(value=str(key)), *_]
            ) if self._is_request(value):
                yield key
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=self._event), attr="search"),
                args=[ast.Constant(value=str(expression))],
            ):
                yield from (quoted or plain for quoted, plain in _FIRST_NAME.findall(expression))

    def _is_request(self, node: ast.expr) -> bool:
        match node:
            case ast.Attribute(value=ast.Name(id=self._event), attr="request_parameters"):
                return True
            case ast.Name(id=name):
                return name in self._names
        return False


def _assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            yield name, value
        case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
            for target, value in zip(names, values, strict=False):
                if isinstance(target, ast.Name):
                    yield target.id, value
