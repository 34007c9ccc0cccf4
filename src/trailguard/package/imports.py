"""What a module imports as soon as it is imported itself, read from its source and not run."""

from __future__ import annotations

import ast
import warnings
from importlib.util import resolve_name
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = ["Import", "imports_of", "parsed"]

_CAUGHT: Final = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


class Import(NamedTuple):
    """An import: the line, and the absolute name of the module; as written, if it leads out of packages."""

    module: str
    line: int


def parsed(source: bytes, python: tuple[int, int] | None = None) -> ast.Module:
    r"""Parse a file, as a version of Python does. That it has a ``"\d"`` is none of our business.

    Raises:
        SyntaxError: when it is no Python, or too new.
        ValueError: when it has null bytes.
    """
    with warnings.catch_warnings(action="ignore"):
        return ast.parse(source, feature_version=python)


def imports_of(tree: ast.Module, package: str) -> Iterator[Import]:
    """Yield what is imported for certain: whatever else happens, without it the import of the module fails.

    So it is neither what functions import, nor what stands under an ``if`` (for type checkers, or for other
    versions), nor where an ImportError is caught.

    Args:
        tree: the module.
        package: the package that the module is in, or is; empty for none.
    """
    for statement in _certain(tree.body):
        match statement:
            case ast.Import(names):
                for alias in names:
                    yield Import(alias.name, statement.lineno)
            case ast.ImportFrom(module, _, 0):
                yield Import(module or "", statement.lineno)
            case ast.ImportFrom(module, _, level):
                name = "." * (level or 0) + (module or "")
                yield Import(_absolute(name, package), statement.lineno)


def _absolute(name: str, package: str) -> str:
    try:
        return resolve_name(name, package)
    except ImportError:
        return name


def _certain(body: Iterable[ast.stmt]) -> Iterator[ast.Import | ast.ImportFrom]:
    for statement in body:
        match statement:
            case ast.Import() | ast.ImportFrom():
                yield statement
            case ast.ClassDef():
                yield from _certain(statement.body)
            case ast.If(test) if ast.unparse(test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
                yield from _certain(statement.orelse)
            case ast.With(items) if not any(_suppresses(item.context_expr) for item in items):
                yield from _certain(statement.body)
            case ast.Try() | ast.TryStar():
                if not any(_catches(handler.type) for handler in statement.handlers):
                    yield from _certain([*statement.body, *statement.orelse])
                yield from _certain(statement.finalbody)


def _suppresses(context: ast.expr) -> bool:
    return isinstance(context, ast.Call) and any(map(_catches, context.args))


def _catches(caught: ast.expr | None) -> bool:
    match caught:
        case None:
            return True
        case ast.Tuple(elements):
            return any(map(_catches, elements))
        case _:
            return ast.unparse(caught).removeprefix("builtins.") in _CAUGHT
