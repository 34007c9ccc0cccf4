"""CloudWatch Logs subscription filter patterns.

There is little room, so that they tell names apart by how they begin: of ``iam:CreateUser``, whatever begins
with ``CreateUser`` comes through, dated or not. Whether a call succeeded is left to the rules.

Sources: "Filter pattern syntax for metric filters, subscription filters, filter log events, and Live Tail"
and "CloudWatch Logs quotas" in the Amazon CloudWatch Logs user guide.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from trailguard.filters._log_terms import (
    Conditions,
    Term,
    both,
    conditions_of,
    read_only_is,
    shortest,
    terms_of,
)
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


class LogFilters(NamedTuple):
    """Filter patterns that together let through what the rules listen to.

    Attributes:
        patterns: each within `MAX_CHARACTERS`.
        widened: what had to be widened beyond what the rules say, to fit; for people.
    """

    patterns: tuple[str, ...]
    widened: tuple[str, ...] = ()


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
    terms = terms_of(shortened)
    if not terms:
        return LogFilters(())
    left_out = dict.fromkeys(filter(None, map(_told_of_conditions, wanted, shortened)))
    steps = _fewest_steps(terms, max_filters)
    if steps is not None:
        _, told = _widened(terms, steps)
        return LogFilters(_packed(terms, steps, max_filters), (*left_out, *told))
    for by_name in (True, False):
        rest, told_of_rest = _all_but_readings(terms, by_name=by_name)
        if rest and (packed := _patterns(rest, max_filters)):
            return LogFilters(packed, (*left_out, told_of_rest))
    return LogFilters((_EVERYTHING,), ("everything comes through",))


def _shortened(call: Call) -> Call:
    """Leave out conditions that would take too much of the little room there is."""
    conditions = conditions_of(call)
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


class _Step(NamedTuple):
    """One of the steps by which terms are widened.

    Attributes:
        term: which of them, by its number.
        beginning: all names that begin so come through; None where those that are no readings are looked for
            by their first words alone, in all services.
    """

    term: int
    beginning: str | None


def _steps(terms: list[Term]) -> list[_Step]:
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


def _fewest_steps(terms: list[Term], max_filters: int) -> list[_Step] | None:
    """Return the steps after which terms fit; None, if not even all of them are enough."""
    steps = _steps(terms)
    # The more of them, the shorter it gets.
    enough = bisect_left(range(len(steps) + 1), 1, key=lambda n: len(_packed(terms, steps[:n], max_filters)))
    if enough > len(steps):
        return None
    kept = steps[:enough]
    by_words = [step for step in kept if step.beginning is None]
    for step in [*by_words, *(step for step in reversed(kept) if step.beginning == "")]:
        # What came later, or together with it, may have been enough without it.
        fewer = [one for one in kept if one != step]
        if _packed(terms, fewer, max_filters):
            kept = fewer
    return kept


def _packed(terms: list[Term], steps: Iterable[_Step], max_filters: int) -> tuple[str, ...]:
    wider, _ = _widened(terms, steps)
    return _patterns([piece for term in wider for piece in _pieces(term)], max_filters)


def _widened(terms: list[Term], steps: Iterable[_Step]) -> tuple[list[Term], list[str]]:
    """Widen terms; say for people what became of which."""
    names = [set(term.names) for term in terms]
    words: dict[int, set[str]] = {}
    for n, beginning in steps:
        if beginning is not None:
            names[n].add(beginning)
        else:
            words[n] = {_first_word(name) for name in names[n] if not _may_read(name)}
    if len(words) == 1:
        [(n, own)] = words.items()
        names[n] |= own
        words = {}
    shared = shortest(word for some in words.values() for word in some)
    wider: list[Term] = []
    told: list[str] = []
    sharing: list[str] = []
    for term, some in zip(terms, names, strict=True):
        kept = shortest(some)
        if any(term.conditions) or kept == (rest := _without(shared, kept)):
            wider.append(term._replace(names=kept))
            told += _told(term, kept)
            continue
        sharing.append(term.service or "every service")
        if rest:
            wider.append(term._replace(names=rest))
            told += _told(term._replace(names=_without(shared, term.names)), rest)
    if sharing:
        wider.append(Term(Conditions(), "", shared))
        told.append(
            f"{', '.join(sharing)}: calls come through by the first words of their names, of all services"
        )
    return wider, told


def _without(beginnings: tuple[str, ...], names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name for name in names if not name.startswith(beginnings))


def _may_read(beginning: str) -> bool:
    return any(beginning.startswith(verb) or verb.startswith(beginning) for verb in READING)


def _first_word(name: str) -> str:
    word = _WORD.match(name)
    return word[0] if word else name


def _in_common(one: str, other: str) -> str:
    return "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _told(term: Term, names: tuple[str, ...]) -> Iterator[str]:
    """Say for people to what the names of a term were widened."""
    service, before = term.service or "every service", len(term.names)
    if "" in names and names != term.names:
        yield f"{service}: all events come through, as its {before} names do not fit"
    elif 0 < len(names) < before:
        beginnings = "beginning" if len(names) == 1 else "beginnings"
        yield f"{service}: {before} names became {len(names)} {beginnings} of names"


def _all_but_readings(terms: list[Term], *, by_name: bool) -> tuple[list[str], str]:
    """Return expressions of all that is no reading, and what they are, for people.

    There are none, where the rules listen to all sorts of readings. Those that they listen to come through by
    their names; or else by the first words of these, with all others that begin so.

    By `readOnly` where rules ask for it, and else by the names of calls: that a name is one of a call that
    reads says the field, but no rule that listens to the name has to agree.
    """
    marked = [term for term in terms if term.conditions.read_only == read_only_is(value=False)]
    apart = [
        term
        for term in terms
        if term not in marked and term.names == ("",) and (term.service or any(term.conditions))
    ]
    names = [name for term in terms if term not in marked and term not in apart for name in term.names]
    readings = shortest(name for name in names if name.startswith(READING)) if by_name else ()
    others = [
        verb
        for verb in READING
        if not any(verb.startswith(name) or (name.startswith(verb) and not by_name) for name in names)
    ]
    if names and not others:
        return [], ""
    expressions = [str(term) for term in apart]
    if marked:
        expressions.append(read_only_is(value=False))
    if names:
        expressions.append(both(f'($.eventName!="{verb}*")' for verb in others))
    expressions += [str(Term(Conditions(), "", (name,))) for name in readings]
    told = f"whose names do not begin with {', '.join(others)}" if names else "that are no readings"
    more = ", and of those that do, the ones that rules name" if readings else ""
    return expressions, f"all events come through {told}{more}"


def _pieces(term: Term) -> Iterator[str]:
    """Write a term as one expression; as several, with some of its names each, if that is too long."""
    piece: list[str] = []
    for name in term.names:
        if piece and len(_pattern([str(term._replace(names=(*piece, name)))])) > MAX_CHARACTERS:
            yield str(term._replace(names=tuple(piece)))
            piece = []
        piece.append(name)
    yield str(term._replace(names=tuple(piece)))


def _patterns(expressions: list[str], max_filters: int) -> tuple[str, ...]:
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
