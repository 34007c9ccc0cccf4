"""Environment variables that set single values, over what a settings file says.

``TRAILGUARD__LIMITS__MAX_BYTES=1000000`` sets ``limits.max_bytes``: two underscores stand between keys, in
capitals or not, and one for the hyphen of a rule's id. A notifier is named by its position or its name.
"""

from __future__ import annotations

from copy import deepcopy
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from trailguard.errors import SettingsError, did_you_mean
from trailguard.schema import takes_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pydantic import BaseModel

__all__ = ["PREFIX", "Overridden", "overridden", "source_of"]

PREFIX: Final = "TRAILGUARD__"

_Path = tuple[str | int, ...]


class Overridden(NamedTuple):
    """What is set, whoever set it.

    Attributes:
        table: what is set.
        origins: by dotted key, the environment variable that set a value, or made the table around it.
    """

    table: dict[str, Any]
    origins: dict[str, str]


def overridden(table: Mapping[str, Any], environ: Mapping[str, str], model: type[BaseModel]) -> Overridden:
    """Put the values of environment variables over those of a table, which stays as it is.

    An empty variable counts for none: deployment templates write nothing rather than leave a variable out.

    Args:
        table: what a settings file says.
        environ: the environment.
        model: what the table is to be, which says where text is expected.

    Raises:
        SettingsError: when a variable names something in what is no table, or a notifier that there is not.
    """
    result = Overridden(deepcopy(dict(table)), {})
    named = {
        variable: variable[len(PREFIX) :].split("__")
        for variable, value in environ.items()
        if variable.upper().startswith(PREFIX) and value.strip()
    }
    for variable in sorted(named, key=lambda variable: (_order(named[variable]), variable)):
        _Placing(variable, environ[variable].strip(), model, result).place(named[variable])
    return result


def source_of(key: str, origins: Mapping[str, str], source: str) -> str:
    """Return where a setting comes from: an environment variable, or else the source of all others."""
    while key:
        if key in origins:
            return f"environment variable {origins[key]}"
        key = key.rpartition(".")[0]
    return source


class _Placing:
    """Finds the place of one variable's value, and puts it there."""

    def __init__(self, variable: str, text: str, model: type[BaseModel], result: Overridden) -> None:
        self._variable = variable
        self._text = text
        self._model = model
        self._result = result
        self._path: _Path = ()

    def place(self, parts: Sequence[str]) -> None:
        held: Any = self._result.table
        for part, following in pairwise(parts):
            key = self._enter(held, part)
            if key not in (range(len(held)) if isinstance(held, list) else held):
                self._put(held, key, [] if following.isdecimal() else {})
            held = held[key]
        key = self._enter(held, parts[-1])
        self._put(held, key, self._value())

    def _enter(self, held: object, part: str) -> str | int:
        """Return the key of a table, or the position in an array, that a part of a variable's name means."""
        match held:
            case dict():
                key: str | int = self._key(held, part)
            case list():
                key = self._index(held, part)
            case _:
                raise self._error("it is no table, so that nothing can be set in it")
        self._path += (key,)
        return key

    def _put(self, held: Any, key: str | int, value: object) -> None:  # noqa: ANN401  # a table or an array
        if key == len(held) and isinstance(held, list):
            held.append(value)
        else:
            held[key] = value
        self._result.origins[_dotted(self._path)] = self._variable

    def _key(self, held: dict[str, Any], part: str) -> str:
        there = next((key for key in held if _normal(key) == _normal(part)), None)
        if there is None and self._path == ("rules",):
            return part.lower().replace("_", "-")
        return there or part.lower()

    def _index(self, held: list[Any], part: str) -> int:
        if part.isdecimal():
            if int(part) > len(held):
                raise self._error(f"there are {len(held)} in it, the first of which is 0; there is no {part}")
            return int(part)
        names = [
            _normal(str(one.get("name") or one.get("type"))) if isinstance(one, dict) else "" for one in held
        ]
        found = [n for n, name in enumerate(names) if name == _normal(part)]
        if len(found) != 1:
            known = [name for name in names if name]
            hint = did_you_mean(part.lower(), known) or (f"; there are {', '.join(known)}" if known else "")
            problem = (
                f"several are called {part.lower()!r}" if found else f"none is called {part.lower()!r}{hint}"
            )
            raise self._error(f"{problem}; its position will do, too, from 0")
        return found[0]

    def _value(self) -> object:
        """Read the text as a TOML value; what is none stands for itself."""
        if takes_text(self._model, self._path) and not self._text.startswith(('"', "'")):
            return self._text
        import tomllib  # noqa: PLC0415  # most cold starts do without it

        try:
            read = tomllib.loads(f"value = {self._text}")
        except tomllib.TOMLDecodeError as error:
            if self._text.startswith(("[", "{")):
                raise self._error(f"it begins with a bracket, but is no TOML: {error}") from None
            return self._text
        return read["value"] if len(read) == 1 else self._text

    def _error(self, problem: str) -> SettingsError:
        return SettingsError(f"environment variable {self._variable}", _dotted(self._path), problem)


def _order(parts: Sequence[str]) -> tuple[object, ...]:
    """Sort tables before what is in them, and positions by number."""
    return len(parts), [(not part.isdecimal(), int(part) if part.isdecimal() else 0) for part in parts]


def _normal(name: str) -> str:
    return name.lower().replace("-", "_")


def _dotted(path: _Path) -> str:
    return ".".join(map(str, path))
