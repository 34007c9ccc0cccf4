"""What is wrong with settings, in words that say what to write instead.

Values are never told: some are secret.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from trailguard.errors import SettingsError, did_you_mean
from trailguard.schema import keys_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic import BaseModel, ValidationError
    from pydantic_core import ErrorDetails

__all__ = ["Mistake", "in_one", "mistakes_in"]

_Path = tuple[str | int, ...]

# By what pydantic's names of errors begin with.
_EXPECTED: Final = {
    "bool": "true or false",
    "date": "a date without quotes, such as 2027-01-31",
    "dict": "a table",
    "float": "a number",
    "int": "an integer",
    "model": "a table",
    "string": "a string",
    "tuple": "an array",
}
# A bool is an int, and a datetime a date: so the order matters.
_KINDS: Final[tuple[tuple[type | tuple[type, ...], str], ...]] = (
    (bool, "a boolean"),
    (int, "an integer"),
    (float, "a float"),
    (str, "a string"),
    (datetime, "a date with a time"),
    (date, "a date"),
    (time, "a time"),
    (Mapping, "a table"),
    ((list, tuple), "an array"),
)


class Mistake(NamedTuple):
    """One thing that is wrong.

    Attributes:
        key: where, as a dotted key.
        problem: what, and what was expected.
    """

    key: str
    problem: str


def mistakes_in(table: Mapping[str, Any], model: type[BaseModel], error: ValidationError) -> list[Mistake]:
    """Return what is wrong with a table, in its own order.

    Args:
        table: what was read.
        model: what it should have been.
        error: why it is not.
    """
    found = sorted(error.errors(include_url=False), key=lambda one: _position(table, one["loc"]))
    return [Mistake(".".join(map(str, one["loc"])), _problem(one, model)) for one in found]


def in_one(errors: Sequence[tuple[str, Mistake]]) -> SettingsError:
    """Make one error of mistakes, each with the source of the setting; a line for each."""
    (source, first), *others = errors
    lines = [str(SettingsError(its_source, *mistake)) for its_source, mistake in others]
    return SettingsError(source, first.key, "\n".join([first.problem, *lines]))


def _position(table: object, path: _Path) -> list[int]:
    """Return where something stands in a table, in a form that sorts; what is missing comes last."""
    position: list[int] = []
    for part in path:
        if isinstance(table, Mapping):
            keys = list(table)
            position.append(keys.index(part) if part in table else len(keys))
            table = table.get(part)
        elif isinstance(table, list | tuple) and isinstance(part, int):
            position.append(part)
            table = table[part]
    return position


def _problem(mistake: ErrorDetails, model: type[BaseModel]) -> str:
    given, context = mistake["input"], mistake.get("ctx", {})
    match mistake["type"]:
        case "extra_forbidden":
            *tables, key = mistake["loc"]
            known = keys_at(model, tables)
            problem = f"no such setting{did_you_mean(str(key), known) or '; there are ' + ', '.join(known)}"
        case "missing":
            problem = "is missing"
        case "enum" | "literal_error":
            problem = f"expected {context['expected']}{_nearest(given, context['expected'])}"
        case "string_too_short":
            problem = "expected some text; it is empty"
        case "greater_than":
            problem = f"expected more than {context['gt']:g}"
        case "less_than_equal":
            problem = f"expected at most {context['le']:g}"
        case "value_error":
            problem = str(context["error"])
        case other:
            expected = _EXPECTED.get(other.partition("_")[0], mistake["msg"])
            problem = f"expected {expected}; it is {_kind(given)}{_advice(expected, given, mistake['loc'])}"
    return problem


def _nearest(given: object, expected: str) -> str:
    if not isinstance(given, str):
        return f"; it is {_kind(given)}"
    return did_you_mean(given.lower(), re.findall("'([^']*)'", expected))


def _kind(value: object) -> str:
    return next((name for kind, name in _KINDS if isinstance(value, kind)), type(value).__name__)


def _advice(expected: str, given: object, path: _Path) -> str:
    """Say what to do about a value of a wrong type, where that is likely to be meant."""
    match expected, _kind(given):
        case "a string", "an integer" if any(str(part).startswith("account") for part in path):
            advice = ": put account ids in quotes, for some begin with 0"
        case "a string", "an integer" | "a float" | "a date":
            advice = ": put it in quotes"
        case "an array", "a table" if len(path) == 1:
            advice = f": write [[{path[0]}]], with two brackets"
        case "an array", "a string" if len(path) > 1:
            advice = ": put it in brackets"
        case "a table", "an array" if len(path) == 1:
            advice = f": write [{path[0]}], with one bracket"
        case "a table", "a boolean" if path[0] == "rules":
            advice = ": write enabled = true or false in it"
        case _:
            advice = ""
    return advice
