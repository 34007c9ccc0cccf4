"""CloudWatch Logs subscription filters that are in use.

Sources: "Filter pattern syntax for metric filters, subscription filters, filter log events, and Live Tail" in
the Amazon CloudWatch Logs user guide; "DescribeSubscriptionFilters" in the Amazon CloudWatch Logs API
reference.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from trailguard.errors import FilterError
from trailguard.filters._globs import disjoint, includes
from trailguard.filters.cases import Case, gaps
from trailguard.filters.cloudwatch_logs import MAX_CHARACTERS
from trailguard.filters.deployed import as_list, as_texts, loaded

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trailguard.listeners import Listener

__all__ = ["filter_pattern_gaps"]

Takes = Callable[[Case], bool]
"""Tells whether an expression takes every event of a case."""

_TOKEN: Final = re.compile(r'\s*(&&|\|\||[()]|!=|[<>]=?|=|"(?:\\.|[^"\\])*"|%[^%]*%|[^\s()=!<>&|"%]+)')


def filter_pattern_gaps(listeners: Iterable[Listener], text: str, source: str) -> list[str]:
    """Return what rules listen to and no filter is known to let through; a line for people for each.

    Args:
        listeners: rules as the settings have them.
        text: a JSON list of filter patterns, or one pattern as it is; or what ``aws logs
            describe-subscription-filters`` prints.
        source: where the text is from, for errors.

    Raises:
        FilterError: when the text is none of this.
    """
    filters = [_parsed(pattern, source) for pattern in _patterns(text, source)]
    return gaps(listeners, lambda case: any(takes(case) for takes in filters))


def _patterns(text: str, source: str) -> list[str]:
    if re.match(r"\s*\{\s*[($]", text):
        return [text]
    data = loaded(text, source)
    if isinstance(data, dict) and isinstance(data.get("subscriptionFilters"), list):
        # The others are asked about something else than the records, too.
        data = [
            one.get("filterPattern") if isinstance(one, dict) else one
            for one in data["subscriptionFilters"]
            if not isinstance(one, dict)
            or not (one.get("fieldSelectionCriteria") or one.get("applyOnTransformedLogs"))
        ]
    return as_texts(as_list(data), source)


def _parsed(pattern: str, source: str) -> Takes:
    text = pattern.strip()
    if not text:
        return lambda case: True  # noqa: ARG005  # whatever it is
    if len(pattern) > MAX_CHARACTERS:
        problem = f"a filter pattern has at most {MAX_CHARACTERS:,} characters, not {len(pattern):,}"
        raise FilterError(f"{source}: {problem}: {pattern[:60]}...")
    if not text.startswith("{"):
        return lambda case: False  # noqa: ARG005  # it looks for words, and who knows where they are
    if not text.endswith("}"):
        raise FilterError(
            f"{source}: not a filter pattern of JSON, for it lacks the closing brace: {pattern}"
        )
    tokens = _tokens(text[1:-1], pattern, source)
    parser = _Parser(tokens, pattern, source)
    try:
        return parser.whole()
    except RecursionError:
        raise FilterError(f"{source}: nested too deeply: {pattern}") from None


def _tokens(text: str, pattern: str, source: str) -> list[str]:
    tokens, place = [], 0
    text = text.rstrip()
    while place < len(text):
        found = _TOKEN.match(text, place)
        if not found:
            raise FilterError(
                f"{source}: not a filter pattern, from {text[place : place + 20]!r} on: {pattern}"
            )
        tokens.append(found[1])
        place = found.end()
    return tokens


def _compared(field: str, operator: str, literal: str) -> Takes:
    """Compare a field with a pattern of texts."""

    def takes(case: Case) -> bool:
        value = case.get(field)
        if not isinstance(value, str) or literal.startswith("%") or "\\" in literal:
            return False
        if operator == "=":
            # It is not said what a star within a text stands for; a question mark stands for itself.
            return "*" not in literal[1:-1] and "?" not in literal and includes(literal, value)
        return operator == "!=" and disjoint(literal, value)

    return takes


def _is(field: str, state: str) -> Takes:
    """Ask whether a field is there, or what its truth value is."""

    def takes(case: Case) -> bool:
        if field not in case:
            return False
        value = case[field]
        states = {"TRUE": value is True, "FALSE": value is False}
        return states.get(state, (value is None) == (state == "NOT EXISTS") and state.endswith("EXISTS"))

    return takes


class _Parser:
    """Reads an expression; ``&&`` binds closer than ``||``."""

    def __init__(self, tokens: Sequence[str], pattern: str, source: str) -> None:
        self._tokens = list(tokens)
        self._pattern = pattern
        self._source = source

    def whole(self) -> Takes:
        takes = self._either()
        if self._tokens:
            raise self._error(f"unexpected {self._tokens[0]!r}")
        return takes

    def _either(self) -> Takes:
        some = [self._both()]
        while self._next_is("||"):
            some.append(self._both())
        return some[0] if len(some) == 1 else lambda case: any(takes(case) for takes in some)

    def _both(self) -> Takes:
        some = [self._one()]
        while self._next_is("&&"):
            some.append(self._one())
        return some[0] if len(some) == 1 else lambda case: all(takes(case) for takes in some)

    def _one(self) -> Takes:
        if self._next_is("("):
            takes = self._either()
            if not self._next_is(")"):
                raise self._error("a parenthesis is not closed")
            return takes
        return self._comparison()

    def _comparison(self) -> Takes:
        selector, operator = self._token(), self._token()
        if not selector.startswith("$."):
            raise self._error(f"expected a field, such as $.eventName, not {selector!r}")
        field = selector.removeprefix("$.")
        match operator.upper():
            case "IS":
                return _is(field, self._token().upper())
            case "NOT":
                return _is(field, f"NOT {self._token().upper()}")
            case "EXISTS":
                return _is(field, "EXISTS")
        token = self._token()
        return _compared(field, operator, token[1:-1] if token.startswith('"') else token)

    def _next_is(self, token: str) -> bool:
        if self._tokens[:1] != [token]:
            return False
        del self._tokens[0]
        return True

    def _token(self) -> str:
        if not self._tokens:
            raise self._error("it ends too early")
        return self._tokens.pop(0)

    def _error(self, problem: str) -> FilterError:
        return FilterError(f"{self._source}: not a filter pattern: {problem}: {self._pattern}")
