"""What filters of logs ask for: terms, which can be widened, and the expressions that they are written in."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from trailguard.filters.calls import Call

__all__ = ["Conditions", "Term", "both", "conditions_of", "read_only_is", "shortest", "terms_of"]

# What stands in quotes as it is. Of a text with anything else, its beginning is looked for.
_PLAIN: Final = re.compile(r"[\w.:/@ -]*", re.ASCII)


class Conditions(NamedTuple):
    """What the events of a term have in common besides their names, each an expression."""

    identity: str = ""
    error: str = ""
    read_only: str = ""


class Term(NamedTuple):
    """Events of services that begin with a text, by how their names may begin. An empty text begins any."""

    conditions: Conditions
    service: str
    names: tuple[str, ...]

    def __str__(self) -> str:
        either = [] if "" in self.names else [_equals("eventName", f"{name}*") for name in self.names]
        source = _equals("eventSource", f"{self.service}*") if self.service else ""
        return both([source, *self.conditions, _either(either)]) or _equals("eventName", "*")


def terms_of(wanted: Iterable[Call]) -> list[Term]:
    """Return terms that take all events of calls."""
    names = defaultdict[tuple[Conditions, str], set[str]](set)
    for call in wanted:
        names[conditions_of(call), _beginning(call.service)].add(_beginning(call.action))
        if call.fails_without_a_code:  # as failed sign-ins do
            names[Conditions(error=_equals("responseElements.ConsoleLogin", "Failure")), ""].add("")
    return [Term(*key, shortest(found)) for key, found in sorted(names.items())]


def _beginning(pattern: str) -> str:
    return pattern.partition("*")[0]


def shortest(names: Iterable[str]) -> tuple[str, ...]:
    """Leave out names that begin with another one."""
    kept: list[str] = []
    for name in sorted(names):
        if not kept or not name.startswith(kept[-1]):
            kept.append(name)
    return tuple(kept)


def conditions_of(call: Call) -> Conditions:
    """Return what the events of a call have in common; but whether it succeeded is not asked."""
    errors = [_equals("errorCode", _simple(code)) for code in call.error]
    if call.outcome == "failure" and not errors:
        errors = [_equals("errorCode", "*")]
    read_only = "" if call.read_only is None else read_only_is(value=call.read_only)
    identity = [_equals("userIdentity.type", _simple(one)) for one in call.identity]
    return Conditions(_either(identity), _either(errors), read_only)


def _simple(pattern: str) -> str:
    """Return a pattern that takes no less, with nothing to escape, and a wildcard at one end at most."""
    if pattern.startswith("*") and _PLAIN.fullmatch(pattern[1:]):
        return pattern
    plain = _PLAIN.match(pattern)
    beginning = plain[0] if plain else ""
    return pattern if beginning == pattern else f"{beginning}*"


def _equals(field: str, value: str) -> str:
    return f'($.{field}="{value}")'


def read_only_is(*, value: bool) -> str:
    """Ask for calls that CloudTrail marks so."""
    # LookupEvents has it as a text, and what it gives may be put into a log.
    return _either([f"($.readOnly IS {str(value).upper()})", _equals("readOnly", str(value).lower())])


def _either(expressions: Iterable[str]) -> str:
    return _joined("||", expressions)


def both(expressions: Iterable[str]) -> str:
    """Ask for all of some expressions; empty ones ask nothing."""
    return _joined("&&", expressions)


def _joined(operator: str, expressions: Iterable[str]) -> str:
    some = [one for one in expressions if one]
    return some[0] if len(some) == 1 else f"({operator.join(some)})" if some else ""
