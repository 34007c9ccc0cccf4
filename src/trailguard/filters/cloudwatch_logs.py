"""CloudWatch Logs subscription filter patterns.

There is little room, so that they tell names apart by how they begin: of ``iam:CreateUser``, whatever begins
with ``CreateUser`` comes through, dated or not. Whether a call succeeded is left to the rules.

Sources: "Filter pattern syntax for metric filters, subscription filters, filter log events, and Live Tail"
and "CloudWatch Logs quotas" in the Amazon CloudWatch Logs user guide.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from trailguard.filters.calls import READING, calls

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailguard.filters.calls import Call
    from trailguard.listeners import Listener

__all__ = ["MAX_CHARACTERS", "MAX_FILTERS", "LogFilters", "filter_patterns"]

MAX_CHARACTERS: Final = 1024
"""The most that a filter pattern may have."""

MAX_FILTERS: Final = 2
"""How many subscription filters a log group may have."""

_EVERYTHING: Final = '{($.eventName="*")}'

# Names that begin alike are told apart no more rather than that all names of a service come through; but not
# "Delete" and "Describe".
_SHORTEST_BEGINNING: Final = 4
_WORD: Final = re.compile("[A-Z]+?[a-z]+")
# The most that a list of errors, or of types of identity, may take of a pattern.
_ROOM: Final = MAX_CHARACTERS // 4
# What stands in quotes as it is. Of a text with anything else, its beginning is looked for.
_PLAIN: Final = re.compile(r"[\w.:/@ -]*", re.ASCII)


class LogFilters(NamedTuple):
    """Filter patterns that together let through what the rules listen to.

    Attributes:
        patterns: each within `MAX_CHARACTERS`.
        widened: what had to be widened beyond what the rules say, to fit; for people.
    """

    patterns: tuple[str, ...]
    widened: tuple[str, ...] = ()


class _Conditions(NamedTuple):
    """What the events of a term have in common besides their names, each an expression."""

    identity: str = ""
    error: str = ""
    read_only: str = ""


class _Term(NamedTuple):
    """Events of services that begin with a text, by how their names may begin. An empty text begins any."""

    conditions: _Conditions
    service: str
    names: tuple[str, ...]

    def __str__(self) -> str:
        either = [] if "" in self.names else [_equals("eventName", f"{name}*") for name in self.names]
        source = _equals("eventSource", f"{self.service}*") if self.service else ""
        return _both([source, *self.conditions, _either(either)]) or _equals("eventName", "*")


def filter_patterns(listeners: Iterable[Listener], max_filters: int = MAX_FILTERS) -> LogFilters:
    """Return filter patterns that together let through every CloudTrail record that a rule listens to.

    What does not fit is widened. First names that begin alike come through together. Then calls of any
    service do whose names have the same first word, for most of what happens are readings, and those are
    still told apart. Then all calls of a service do, then everything that is no reading, at last everything.
    Long lists of errors and of types of identity are left out from the beginning.

    Args:
        listeners: rules as the settings have them.
        max_filters: how many filters there may be.

    Returns:
        The patterns; none, where no rule listens to any call.
    """
    wanted = calls(listeners)
    shortened = [_shortened(call) for call in wanted]
    terms = _terms(shortened)
    if not terms:
        return LogFilters(())
    steps = _steps(terms)

    def patterns(n: int) -> tuple[str, ...]:
        wider, _ = _widened(terms, steps[:n])
        return _packed([piece for term in wider for piece in _pieces(term)], max_filters)

    left_out = dict.fromkeys(filter(None, map(_told_of_conditions, wanted, shortened)))
    # The further it is widened, the shorter it is.
    enough = bisect_left(range(len(steps) + 1), 1, key=lambda n: len(patterns(n)))
    if enough <= len(steps):
        _, told = _widened(terms, steps[:enough])
        return LogFilters(patterns(enough), (*left_out, *told))
    rest, told_of_rest = _all_but_readings(terms)
    if rest and (packed := _packed(rest, max_filters)):
        return LogFilters(packed, (*left_out, told_of_rest))
    return LogFilters((_EVERYTHING,), ("everything comes through",))


def _shortened(call: Call) -> Call:
    """Leave out conditions that would take too much of the little room there is."""
    conditions = _conditions(call)
    return call._replace(
        identity=call.identity if len(conditions.identity) <= _ROOM else (),
        error=call.error if len(conditions.error) <= _ROOM else (),
    )


def _told_of_conditions(call: Call, shortened: Call) -> str:
    """Say for people which conditions were left out; an empty text, if none was."""
    told = [
        f"{what} ({len(before)} do not fit)"
        for what, before, now in [
            ("whoever the caller is", call.identity, shortened.identity),
            ("whatever the error is", call.error, shortened.error),
        ]
        if before != now
    ]
    return f"{call.service}:{call.action} comes through {' and '.join(told)}" if told else ""


def _terms(wanted: Iterable[Call]) -> list[_Term]:
    names = defaultdict[tuple[_Conditions, str], set[str]](set)
    for call in wanted:
        names[_conditions(call), _beginning(call.service)].add(_beginning(call.action))
        if call.fails_without_a_code:  # as failed sign-ins do
            names[_Conditions(error=_equals("responseElements.ConsoleLogin", "Failure")), ""].add("")
    return [_Term(*key, _shortest(found)) for key, found in sorted(names.items())]


def _beginning(pattern: str) -> str:
    return pattern.partition("*")[0]


def _shortest(names: Iterable[str]) -> tuple[str, ...]:
    """Leave out names that begin with another one."""
    kept: list[str] = []
    for name in sorted(names):
        if not kept or not name.startswith(kept[-1]):
            kept.append(name)
    return tuple(kept)


def _conditions(call: Call) -> _Conditions:
    errors = [_equals("errorCode", _simple(code)) for code in call.error]
    if call.outcome == "failure" and not errors:
        errors = [_equals("errorCode", "*")]
    read_only = "" if call.read_only is None else _read_only(value=call.read_only)
    identity = [_equals("userIdentity.type", _simple(one)) for one in call.identity]
    return _Conditions(_either(identity), _either(errors), read_only)


def _simple(pattern: str) -> str:
    """Return a pattern that takes no less, with nothing to escape, and a wildcard at one end at most."""
    if pattern.startswith("*") and _PLAIN.fullmatch(pattern[1:]):
        return pattern
    plain = _PLAIN.match(pattern)
    beginning = plain[0] if plain else ""
    return pattern if beginning == pattern else f"{beginning}*"


class _Step(NamedTuple):
    """One of the steps by which terms are widened.

    Attributes:
        term: which of them, by its number.
        beginning: all names that begin so come through; None where those that are no readings are looked for
            by their first words alone, in all services.
    """

    term: int
    beginning: str | None


def _steps(terms: list[_Term]) -> list[_Step]:
    """Return how to widen terms step by step: what costs most, all readings of a service, comes last."""
    alike = {
        _Step(n, beginning)
        for n, term in enumerate(terms)
        for pair in pairwise(term.names)
        if len(beginning := _in_common(*pair)) >= _SHORTEST_BEGINNING
    }
    most_alike_first = sorted(alike, key=lambda step: (-len(step.beginning or ""), step))
    longest_first = sorted(range(len(terms)), key=lambda n: -len(str(terms[n])))
    return [
        *(step for step in most_alike_first if not _may_read(step.beginning or "")),
        *(_Step(n, None) for n in longest_first if not any(terms[n].conditions)),
        *(step for step in most_alike_first if _may_read(step.beginning or "")),
        *(_Step(n, "") for n in longest_first),
    ]


def _widened(terms: list[_Term], steps: Iterable[_Step]) -> tuple[list[_Term], list[str]]:
    """Widen terms; say for people what became of which."""
    names = [set(term.names) for term in terms]
    words: set[str] = set()
    for n, beginning in steps:
        if beginning is not None:
            names[n].add(beginning)
        else:
            words |= {_first_word(name) for name in names[n] if not _may_read(name)}
    shared = _shortest(words)
    wider: list[_Term] = []
    told: list[str] = []
    sharing: list[str] = []
    for term, some in zip(terms, names, strict=True):
        kept = _shortest(some)
        rest = kept if any(term.conditions) else tuple(n for n in kept if not n.startswith(shared))
        if rest:
            wider.append(term._replace(names=rest))
        if rest == kept:
            told += _told(term, rest)
        else:
            sharing.append(term.service or "every service")
    if sharing:
        wider.append(_Term(_Conditions(), "", shared))
        told.append(
            f"{', '.join(sharing)}: calls come through by the first words of their names, of all services"
        )
    return wider, told


def _may_read(beginning: str) -> bool:
    return any(beginning.startswith(verb) or verb.startswith(beginning) for verb in READING)


def _first_word(name: str) -> str:
    word = _WORD.match(name)
    return word[0] if word else name


def _in_common(one: str, other: str) -> str:
    return "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _told(term: _Term, names: tuple[str, ...]) -> Iterator[str]:
    """Say for people to what the names of a term were widened."""
    service, before = term.service or "every service", len(term.names)
    if "" in names and names != term.names:
        yield f"{service}: all events come through, for {before} names do not fit"
    elif 0 < len(names) < before:
        beginnings = "beginning" if len(names) == 1 else "beginnings"
        yield f"{service}: {before} names became {len(names)} {beginnings} of names"


def _all_but_readings(terms: list[_Term]) -> tuple[list[str], str]:
    """Return expressions of all that is no reading, and what they are, for people.

    There are none, where the rules listen to all sorts of readings.

    By `readOnly` where rules ask for it, and else by the names of calls: that a name is one of a call that
    reads says the field, but no rule that listens to the name has to agree.
    """
    marked = [term for term in terms if term.conditions.read_only == _read_only(value=False)]
    apart = [
        term
        for term in terms
        if term not in marked and term.names == ("",) and (term.service or any(term.conditions))
    ]
    names = [name for term in terms if term not in marked and term not in apart for name in term.names]
    others = [
        verb for verb in READING if not any(name.startswith(verb) or verb.startswith(name) for name in names)
    ]
    if names and not others:
        return [], ""
    expressions = [str(term) for term in apart]
    if marked:
        expressions.append(_read_only(value=False))
    if names:
        expressions.append(_both(f'($.eventName!="{verb}*")' for verb in others))
    told = f"whose names do not begin with {', '.join(others)}" if names else "that are no readings"
    return expressions, f"all events come through {told}"


def _pieces(term: _Term) -> Iterator[str]:
    """Write a term as one expression; as several, with some of its names each, if that is too long."""
    piece: list[str] = []
    for name in term.names:
        if piece and len(_pattern([str(term._replace(names=(*piece, name)))])) > MAX_CHARACTERS:
            yield str(term._replace(names=tuple(piece)))
            piece = []
        piece.append(name)
    yield str(term._replace(names=tuple(piece)))


def _packed(expressions: list[str], max_filters: int) -> tuple[str, ...]:
    """Put expressions into as few patterns as can be, the longest first; none, if they do not fit."""
    patterns: list[list[str]] = []
    for expression in sorted(expressions, key=lambda one: (-len(one), one)):
        for pattern in patterns:
            if len(_pattern([*pattern, expression])) <= MAX_CHARACTERS:
                pattern.append(expression)
                break
        else:
            if len(patterns) == max_filters or len(_pattern([expression])) > MAX_CHARACTERS:
                return ()
            patterns.append([expression])
    return tuple(map(_pattern, patterns))


def _pattern(expressions: Iterable[str]) -> str:
    return f"{{{'||'.join(expressions)}}}"


def _equals(field: str, value: str) -> str:
    return f'($.{field}="{value}")'


def _read_only(*, value: bool) -> str:
    # LookupEvents has it as a text, and what it gives may be put into a log.
    return _either([f"($.readOnly IS {str(value).upper()})", _equals("readOnly", str(value).lower())])


def _either(expressions: Iterable[str]) -> str:
    return _joined("||", expressions)


def _both(expressions: Iterable[str]) -> str:
    return _joined("&&", expressions)


def _joined(operator: str, expressions: Iterable[str]) -> str:
    some = [one for one in expressions if one]
    return some[0] if len(some) == 1 else f"({operator.join(some)})" if some else ""
