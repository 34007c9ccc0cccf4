"""Judges what a CloudWatch Logs filter pattern lets through, of log events that are JSON.

Source: "Filter pattern syntax for metric filters, subscription filters, filter log events, and Live Tail" in
the Amazon CloudWatch Logs user guide; the length is the one in PutSubscriptionFilter's model.

The language has no negation but within a condition. So whatever is open in one condition, a pattern lets the
least through where that condition does not hold. That is how open points are read here, and whoever wants
an event to be let through for certain must not depend on them:

- ``!=`` of a field that is missing or null, or a number or boolean where the pattern has text (or the other
  way round): does not hold, unless ``missing_is_unequal`` says so.
- ``=`` of a value of another type: ``1`` and the text ``"1"``, ``true`` and the boolean: does not hold.
- ``EXISTS`` and ``NOT EXISTS`` of a null: neither holds. (``IS NULL`` of a missing field does not by the
  documentation, "only if set to null".)
- Everything of an object or an array: does not hold. ("If a selector points to an array or object, the
  pattern won't match"; whether EXISTS is meant too is open.)
- ``IS TRUE`` of the text ``"true"``: does not hold.
- ``"*"`` alone, of an empty text: does not hold. Elsewhere ``*`` stands for no character at all as well:
  CIS's ``AccessDenied*`` means ``AccessDenied``.

Refused, because it is not said what it means or because it is not modelled: ``*`` within a text (it was once
said to be an ordinary character there), a backslash in a text, text without quotes that has other characters
than letters, digits and dots, keywords in lower case, selectors with brackets around names or ``[*]``,
regular expressions, and patterns of terms or columns instead of JSON.

Read as it is said: ``&&`` binds tighter than ``||``, with or without parentheses; `Pattern.parenthesised`
tells whether a pattern can be read without knowing that. ``= ""`` is of the empty text.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from operator import ge, gt, le, lt
from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["MAX_LENGTH", "Pattern", "parse"]

MAX_LENGTH: Final = 1024
"""How many characters a filter pattern may have."""

_TOKEN: Final = re.compile(
    r"""\s*(?:
        (?P<selector>\$(?:\.[A-Za-z0-9_-]+|\[[0-9]+\])+)
      | (?P<text>"[^"\\]*")
      | (?P<sign>&&|\|\||!=|<=|>=|[=<>(){}])
      | (?P<word>[A-Za-z0-9.*+-]+)
    )""",
    re.VERBOSE,
)
_NUMBER: Final = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_BARE: Final = re.compile(r"\*?[A-Za-z0-9.]+\*?|\*")
_STEP: Final = re.compile(r"\.([A-Za-z0-9_-]+)|\[([0-9]+)\]")
_ORDER: Final[dict[str, Callable[[Any, Any], bool]]] = {"<": lt, "<=": le, ">": gt, ">=": ge}
_MISSING: Final = object()
_FACTS: Final[dict[str, Callable[[Any], bool]]] = {
    "IS TRUE": lambda found: found is True,
    "IS FALSE": lambda found: found is False,
    "IS NULL": lambda found: found is None,
    "EXISTS": lambda found: found is not _MISSING and found is not None,
    "NOT EXISTS": lambda found: found is _MISSING,
}


@dataclass(frozen=True, slots=True)
class _Condition:
    path: tuple[str | int, ...]
    operator: str
    value: str | float | None = None

    def holds(self, record: Any, *, missing_is_unequal: bool) -> bool:
        found = _at(record, self.path)
        if isinstance(found, dict | list):
            return False
        if self.operator in _FACTS:
            return _FACTS[self.operator](found)
        if not _same_type(found, self.value):
            return self.operator == "!=" and missing_is_unequal
        if self.operator in _ORDER:
            return _ORDER[self.operator](found, self.value)
        equal = _like(found, self.value) if isinstance(self.value, str) else found == self.value
        return equal is (self.operator == "=")


@dataclass(frozen=True, slots=True)
class _Compound:
    sign: str
    parts: tuple[_Node, ...]

    def holds(self, record: Any, *, missing_is_unequal: bool) -> bool:
        quantifier = all if self.sign == "&&" else any
        return quantifier(part.holds(record, missing_is_unequal=missing_is_unequal) for part in self.parts)


_Node = _Condition | _Compound


@dataclass(frozen=True, slots=True)
class Pattern:
    """A filter pattern.

    Attributes:
        root: its condition; None for the empty pattern, which lets everything through.
        parenthesised: whether each side of ``&&`` and ``||`` is in parentheses, unless it has one sign alone.
    """

    root: _Node | None
    parenthesised: bool

    def matches(self, message: str | dict[str, Any], *, missing_is_unequal: bool = False) -> bool:
        """Tell whether a log event is let through.

        Args:
            message: the log event's text; or the object that it is the JSON of.
            missing_is_unequal: whether ``!=`` holds for what is missing, null or of another type.
        """
        if self.root is None:
            return True
        try:
            record = json.loads(message) if isinstance(message, str) else message
        except ValueError:
            return False
        if not isinstance(record, dict):
            return False
        return self.root.holds(record, missing_is_unequal=missing_is_unequal)


def parse(text: str) -> Pattern:
    """Read a filter pattern.

    Raises:
        ValueError: when CloudWatch Logs would refuse it, or does not say what it means; with the position.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(f"{len(text):,} characters at character {MAX_LENGTH + 1}: too many")
    if not text:
        return Pattern(None, parenthesised=True)
    return _Parser(text).pattern()


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._end = len(text.rstrip())
        self._position = 0
        self._parenthesised = True
        self._kind, self._lexeme, self._start = "", "", 0
        self._advance()

    def pattern(self) -> Pattern:
        self._take("{")
        root, _ = self._any_of()
        self._take("}")
        if self._kind:
            self._fail("the end was expected")
        return Pattern(root, self._parenthesised)

    def _any_of(self) -> tuple[_Node, bool]:
        return self._chain("||", lambda: self._chain("&&", self._primary))

    def _chain(self, sign: str, side: Callable[[], tuple[_Node, bool]]) -> tuple[_Node, bool]:
        """Read sides with a sign between them; tell with them whether that was one side in parentheses."""
        first, enclosed = side()
        nodes, all_enclosed = [first], enclosed
        while self._lexeme == sign and self._kind == "sign":
            self._advance()
            node, is_enclosed = side()
            nodes.append(node)
            all_enclosed = all_enclosed and is_enclosed
        if len(nodes) == 1:
            return first, enclosed
        self._parenthesised = self._parenthesised and all_enclosed
        return _Compound(sign, tuple(nodes)), False

    def _primary(self) -> tuple[_Node, bool]:
        if self._kind == "sign" and self._lexeme == "(":
            self._advance()
            node, _ = self._any_of()
            self._take(")")
            return node, True
        return self._condition(), False

    def _condition(self) -> _Condition:
        if self._kind != "selector":
            self._fail("a selector such as $.eventName was expected")
        path = tuple(name or int(number) for name, number in _STEP.findall(self._lexeme))
        self._advance()
        if self._kind == "word":
            return _Condition(path, self._keywords())
        operator = self._lexeme
        if operator not in {"=", "!=", *_ORDER}:
            self._fail("an operator was expected")
        self._advance()
        value = self._value()
        if operator in _ORDER and isinstance(value, str):
            self._fail("a number was expected", before=True)
        return _Condition(path, operator, value)

    def _keywords(self) -> str:
        words = self._lexeme
        if words in {"IS", "NOT"}:
            self._advance()
            words = f"{words} {self._lexeme}"
        if words not in _FACTS:
            self._fail("an operator was expected")
        self._advance()
        return words

    def _value(self) -> str | float:
        if self._kind == "word" and _NUMBER.fullmatch(self._lexeme):
            number = float(self._lexeme)
            self._advance()
            return number
        if self._kind == "word" and not _BARE.fullmatch(self._lexeme):
            self._fail("only letters, digits and dots, with * at the ends, go without quotes")
        if self._kind not in {"word", "text"}:
            self._fail("a text or a number was expected")
        value = self._lexeme.strip('"') if self._kind == "text" else self._lexeme
        if "*" in value.removeprefix("*").removesuffix("*") or value == "**":
            self._fail("* is for the beginning and the end of a text")
        self._advance()
        return value

    def _take(self, sign: str) -> None:
        if self._kind != "sign" or self._lexeme != sign:
            self._fail(f"{sign!r} was expected")
        self._advance()

    def _advance(self) -> None:
        self._before = self._start
        if self._position >= self._end:
            self._kind, self._lexeme, self._start = "", "", self._end
            return
        found = _TOKEN.match(self._text, self._position)
        if found is None:
            gap = self._text[self._position :]
            self._start = self._position + len(gap) - len(gap.lstrip())
            self._fail(f"{self._text[self._start]!r} is not modelled here")
        self._kind = found.lastgroup or ""
        self._lexeme, self._start, self._position = found[self._kind], found.start(self._kind), found.end()

    def _fail(self, why: str, *, before: bool = False) -> NoReturn:
        position = self._before if before else self._start
        raise ValueError(f"{why} at character {position + 1} of {self._text!r}")


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        if isinstance(step, str) and isinstance(value, dict):
            value = value.get(step, _MISSING)
        elif isinstance(step, int) and isinstance(value, list) and step < len(value):
            value = value[step]
        else:
            return _MISSING
    return value


def _same_type(found: Any, value: str | float | None) -> bool:
    if isinstance(value, str):
        return isinstance(found, str)
    return isinstance(found, int | float) and not isinstance(found, bool)


def _like(found: str, value: str) -> bool:
    if value == "*":
        return found != ""
    middle = value.removeprefix("*").removesuffix("*")
    if value.startswith("*"):
        return middle in found if value.endswith("*") else found.endswith(middle)
    return found.startswith(middle) if value.endswith("*") else found == value
