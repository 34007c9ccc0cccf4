"""Whether rule packages and the handler would be imported: they parse, and what they import is there."""

from __future__ import annotations

import ast
import sys
from pathlib import PurePath
from typing import TYPE_CHECKING, Final

from trailguard.package.imports import imports_of, parsed
from trailguard.package.runtime import BROUGHT, removed_in, standard_library
from trailguard.plugins import GROUP

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from trailguard.package.contents import Contents
    from trailguard.package.imports import Import
    from trailguard.package.target import Target

__all__ = ["FUNCTION", "HANDLER", "broken_modules", "imported_by_handler", "lost_entry_points"]

FUNCTION: Final = "lambda_function.py"
"""The file that has the handler, at the package's root."""

HANDLER: Final = "lambda_handler"
"""The handler's name; AWS's default for a function is ``lambda_function.lambda_handler``."""


def broken_modules(contents: Contents, rule_packages: Iterable[str], target: Target) -> Iterator[str]:
    """Yield what is wrong with the modules of rule packages, and with the handler's.

    Args:
        contents: the package.
        rule_packages: the distributions whose modules are looked at.
        target: where they are to run.
    """
    for name in sorted(rule_packages):
        files = list(contents.modules_of(name))
        own = {file.parts[0].removesuffix(".py") for file in files}
        for file in files:
            for problem in _problems(contents, file, own, target, "add it to dependencies in pyproject.toml"):
                yield f"{name}: {problem}"
    yield from _problems(contents, PurePath(FUNCTION), set(), target, "add its distribution by --with")
    yield from _no_handler(contents, target)


def lost_entry_points(contents: Contents, rule_packages: Iterable[str]) -> Iterator[str]:
    """Yield entry points of rule packages whose modules are not in the package."""
    for name in sorted(rule_packages):
        for point in contents.distributions[name].entry_points.select(group=GROUP):
            if not contents.has(point.module, own=[point.module.split(".")[0]]):
                yield (
                    f"{name}: the entry point {point.name!r} names {point.module}, which is not in its wheel;"
                    " does pyproject.toml say which files go in?"
                )


def imported_by_handler(contents: Contents) -> list[str]:
    """Return the modules that the handler's file imports at once."""
    tree = parsed((contents.folder / FUNCTION).read_bytes())
    return sorted({one.module for one in imports_of(tree, "")})


def _problems(contents: Contents, file: PurePath, own: set[str], target: Target, hint: str) -> Iterator[str]:
    """Yield what is wrong with a file; ``own`` are the top-level modules of the distribution it is of."""
    grammar = min(target.python, sys.version_info[:2])
    try:
        tree = parsed((contents.folder / file).read_bytes(), grammar)
    except (SyntaxError, ValueError) as error:
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        yield f"{file}{line} is not Python {grammar[0]}.{grammar[1]}: {error.args[0]}"
        return
    known = standard_library(target) | set(BROUGHT.values())
    for one in imports_of(tree, ".".join(file.parent.parts)):
        if one.module.split(".")[0] not in known and not _has(contents, one.module, own):
            yield f"{file}, line {one.line}, imports {_missing(one, own, target, hint)}"


def _has(contents: Contents, module: str, own: set[str]) -> bool:
    return not module.startswith(".") and contents.has(module, own)


def _missing(one: Import, own: set[str], target: Target, hint: str) -> str:
    if one.module.startswith("."):
        return f"{one.module}, which leads out of the package that the file is in, if it is in any"
    if version := removed_in(one.module.split(".")[0], target):
        return f"{one.module}, which Python {version} removed"
    if one.module.split(".")[0] in own:
        return f"{one.module}, which is not in its wheel; does pyproject.toml say which files go in?"
    return f"{one.module}, which is neither in the package nor in the runtime {target.runtime}; {hint}"


def _no_handler(contents: Contents, target: Target) -> Iterator[str]:
    """Yield that the handler's file binds no handler. A star import may bind it; who knows."""
    source = (contents.folder / FUNCTION).read_bytes()
    try:
        tree = parsed(source, min(target.python, sys.version_info[:2]))
    except (SyntaxError, ValueError):
        return
    if not {HANDLER, "*"} & set(_bound(tree)):
        stem = FUNCTION.removesuffix(".py")
        yield f"{FUNCTION} has no {HANDLER}, which AWS Lambda is to call as {stem}.{HANDLER}"


def _bound(node: ast.AST) -> Iterator[str]:
    """Yield the names that a module binds; what functions and classes in it bind, it does not."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.FunctionDef(name) | ast.AsyncFunctionDef(name) | ast.ClassDef(name):
                yield name
                continue
            case ast.Name(name, ast.Store()):
                yield name
            case ast.alias(name, alternative):
                yield alternative or name
        if not isinstance(child, ast.Lambda):
            yield from _bound(child)
