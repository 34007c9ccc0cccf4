"""What is asked of a rule: whether something can ever match, and whether it is declared well.

Each check yields a remark for what it can prove, and says nothing where the facts do not reach.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from trailguard.lint._finding import Remark
from trailguard.lint._names import IDENTITY_TYPES, MARKED_OTHERWISE, NO_EVENT, NO_SOURCE, OPEN_SOURCES
from trailguard.models.cloudtrail import operation_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailguard._rule import Rule
    from trailguard.lint.facts import AwsFacts
    from trailguard.match import Match

__all__ = ["declaration", "listening"]

_DATED_SERVICES = {"cloudfront", "lambda"}
_READING = re.compile(r"(Describe|Get|List)([A-Z*?]|$)")
_WRITING = re.compile(r"(Create|Delete|Put)([A-Z*?]|$)")
_CASE = "look it up in the service's API reference; upper and lower case matter"


def listening(rule: Rule, facts: AwsFacts) -> Iterator[Remark]:
    """Yield what is wrong with what a rule listens to, its parameters having their defaults."""
    for match in rule.matches():
        for pattern in match.on:
            if _is_everything(pattern):
                if not _is_narrow(match):
                    yield _everything(pattern)
            elif match.kind == "event":
                yield from _action(pattern, facts)
            elif match.kind == "configuration item":
                yield from _resource_type(pattern, facts)
        yield from _identities(match)
        yield from _contradictions(match)


def declaration(rule: Rule) -> Iterator[Remark]:
    """Yield what a rule's declaration lacks for whoever gets its verdicts."""
    if not rule.documentation.strip():
        fix = "say in its docstring what it catches, why that matters, and what it is known to get wrong"
        yield Remark("TG301", "it has no docstring", fix)
    if not rule.references:
        yield Remark("TG302", "it has no references", "give references=[...]: URLs where one can read more")
    for reference in rule.references:
        if not _is_url(reference):
            fix = "write all of the URL, as in 'https://docs.aws.amazon.com/...'"
            yield Remark("TG303", f"the reference {reference!r} is no http or https URL", fix)


def _is_everything(pattern: str) -> bool:
    """Tell whether every record of its kind fits a pattern; almost all resource types are AWS's."""
    parts = [part for part in pattern.split(":") if part]
    if len(parts) == 3:
        parts = parts[1:] if parts[0] == "AWS" else parts
    return len(parts) > 1 and all("*" in part and set(part) <= {"*", "?"} for part in parts)


def _is_narrow(match: Match) -> bool:
    """Tell whether something other than the pattern says that a rule wants few of the records."""
    return bool(match.identity or match.error or match.outcome == "failure" or match.read_only is not None)


def _everything(pattern: str) -> Remark:
    fix = "name what it is about, or say by a Match whose calls or which errors it is about"
    if "::" in pattern:
        fix = "name the resource types it is about"
    return Remark("TG110", f"{pattern!r} listens to everything, so that every record is parsed", fix)


def _action(pattern: str, facts: AwsFacts) -> Iterator[Remark]:
    service, _, action = pattern.partition(":")
    if pattern in NO_EVENT:
        instead = NO_EVENT[pattern]
        fix = f"listen to {instead}" if instead else "take it out: nothing in CloudTrail tells of it"
        yield Remark("TG103", f"no event bears the name {pattern!r}", fix)
        return
    services = facts.services_like(service)
    if not services:
        yield _unknown_service(service, action, facts)
    elif _is_wild(pattern):
        yield from _wild_action(services, pattern, facts)
    else:
        yield from _exact_action(service, action, facts)


def _unknown_service(service: str, action: str, facts: AwsFacts) -> Remark:
    if service in NO_SOURCE:
        told = f"CloudTrail and IAM do not write {service!r}"
        return Remark("TG101", told, f"write '{NO_SOURCE[service]}:{action}'")
    near = _nearest(service, facts.services, most=9)
    having = [one for one in near if not _is_everything(f"*:{action}") and action in facts.actions(one)]
    fix = "write the service's prefix in IAM policies, such as ec2"
    if near:
        fix = f"did you mean '{(having or near)[0]}:{action}'?"
    return Remark("TG101", f"there is no service {service!r}, by {facts.version}", fix)


def _exact_action(service: str, action: str, facts: AwsFacts) -> Iterator[Remark]:
    actions = facts.actions(service)
    operation = operation_of(action)
    if action in actions:
        return
    if operation in actions:
        told = f"'{service}:{action}' is for events that bear this very API date"
        fix = f"write '{service}:{operation}', which hears of the call with any date or none"
        yield Remark("TG104", told, fix)
        return
    is_open = service in OPEN_SOURCES
    near = _nearest(operation, actions, likeness=0.9 if is_open else 0.75)
    if near:
        yield Remark("TG102", _no_action(service, operation, facts), f"did you mean '{service}:{near[0]}'?")
    elif not is_open:
        yield Remark("TG102", _no_action(service, operation, facts), _CASE)


def _no_action(service: str, action: str, facts: AwsFacts) -> str:
    return f"{service} has no action {action!r}, by {facts.version}"


def _wild_action(services: list[str], pattern: str, facts: AwsFacts) -> Iterator[Remark]:
    action = pattern.partition(":")[2]
    if any(fnmatchcase(one, action) for service in services for one in facts.actions(service)):
        return
    if not _DATED_SERVICES.isdisjoint(services) and "20" in action:  # it may fit a name with the API's date
        return
    folded = action.lower()
    near = sorted(
        f"{service}:{one}"
        for service in services
        for one in facts.actions(service)
        if fnmatchcase(one.lower(), folded)
    )
    if near or OPEN_SOURCES.isdisjoint(services):
        fix = f"did you mean something like {near[0]!r}? Upper and lower case matter" if near else _CASE
        yield Remark("TG105", f"no action fits {pattern!r}, by {facts.version}", fix)


def _resource_type(pattern: str, facts: AwsFacts) -> Iterator[Remark]:
    known = facts.resource_types
    if pattern.partition("::")[0].upper() != "AWS":  # third parties have types of their own
        return
    if _is_wild(pattern):
        if not any(fnmatchcase(one, pattern) for one in known):
            fix = "look the types up in AWS Config's list of supported resource types"
            yield Remark("TG107", f"no resource type fits {pattern!r}, by {facts.version}", fix)
    elif pattern not in known:
        near = _nearest(pattern, known)
        fix = f"did you mean {near[0]!r}?" if near else "look it up in AWS Config's list of supported types"
        yield Remark("TG106", f"AWS Config has no resource type {pattern!r}, by {facts.version}", fix)


def _identities(match: Match) -> Iterator[Remark]:
    for identity in match.identity:
        if identity not in IDENTITY_TYPES:
            near = _nearest(identity, IDENTITY_TYPES)
            fix = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(sorted(IDENTITY_TYPES))}"
            yield Remark("TG108", f"CloudTrail has no type of identity {identity!r}", fix)


def _contradictions(match: Match) -> Iterator[Remark]:
    if match.kind != "event":
        return
    what = ", ".join(match.on[:3]) + (", ..." if len(match.on) > 3 else "")
    if match.read_only is not None and all(_reads(pattern) is (not match.read_only) for pattern in match.on):
        kind = "change something" if match.read_only else "only read"
        told = f"read_only={match.read_only} admits no call of {what}, which {kind}"
        yield Remark("TG109", told, "drop read_only=, or listen to other actions")
    is_sign_in = set(match.on) == {"signin:ConsoleLogin"}
    if is_sign_in and match.error and not any(fnmatchcase("", error) for error in match.error):
        fix = 'write outcome="failure" instead'
        yield Remark("TG109", "a console sign-in that fails has no error code, which error= asks for", fix)


def _reads(pattern: str) -> bool | None:
    """Tell from an action's name whether it only reads; None where the name does not prove it."""
    if any(fnmatchcase(one, pattern) for one in MARKED_OTHERWISE):
        return None
    action = pattern.partition(":")[2]
    if _READING.match(action):
        return True
    return False if _WRITING.match(action) else None


def _is_wild(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and not re.search(r"\s", text)


def _nearest(word: str, known: Iterable[str], *, most: int = 1, likeness: float = 0.6) -> list[str]:
    """Return the nearest known words; those that differ in upper and lower case alone are nearest."""
    by_folded = {one.lower(): one for one in sorted(known)}
    near = get_close_matches(word.lower(), by_folded, n=most, cutoff=likeness)
    return [by_folded[one] for one in near]
