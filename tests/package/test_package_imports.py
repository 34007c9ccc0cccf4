from __future__ import annotations

import ast

import pytest

from trailguard.package.imports import Import, imports_of, parsed


def found(source: str, package: str = "acme_rules") -> list[tuple[str, int]]:
    return [tuple(one) for one in imports_of(ast.parse(source), package)]


@pytest.mark.parametrize(
    ("source", "imported"),
    [
        ("import a", ["a"]),
        ("import a.b as c, d", ["a.b", "d"]),
        ("from a.b import c", ["a.b"]),
        ("from . import c", ["acme_rules"]),
        ("from .network import c", ["acme_rules.network"]),
        ("class A:\n    import a", ["a"]),
        ("with open('x'):\n    import a", ["a"]),
        ("try:\n    import a\nexcept ValueError:\n    import b", ["a"]),
        ("try:\n    import a\nfinally:\n    import b", ["a", "b"]),
        ("try:\n    import a\nexcept ImportError:\n    a = None\nfinally:\n    import b", ["b"]),
        ("if TYPE_CHECKING:\n    import a\nelse:\n    import b", ["b"]),
    ],
)
def test_certain_imports_are_seen(source: str, imported: list[str]) -> None:
    assert [module for module, _ in found(source)] == imported


@pytest.mark.parametrize(
    "source",
    [
        "def f():\n    import a",
        "async def f():\n    import a",
        "if TYPE_CHECKING:\n    import a",
        "import_module('a')",
        "if sys.version_info >= (3, 12):\n    import a\nelse:\n    import b",
        "try:\n    import a\nexcept ImportError:\n    import b",
        "try:\n    import a\nexcept (ValueError, ModuleNotFoundError):\n    a = None",
        "try:\n    import a\nexcept Exception:\n    a = None",
        "try:\n    import a\nexcept:\n    a = None",
        "with suppress(ImportError):\n    import a",
        "class A:\n    def f(self):\n        import a",
    ],
)
def test_others_are_left_alone(source: str) -> None:
    """A near miss: the module can be imported without them."""
    assert found(source) == []


def test_lines_are_known() -> None:
    source = '"""A module."""\n\nimport a\nfrom b import (\n    c,\n)\n'

    assert list(imports_of(ast.parse(source), "")) == [Import("a", 3), Import("b", 4)]


def test_relative_imports_climb() -> None:
    assert found("from ..words import c", "acme_rules.network") == [("acme_rules.words", 1)]


@pytest.mark.parametrize(
    ("source", "package"), [("from . import a", ""), ("from ...b import a", "acme_rules")]
)
def test_relative_imports_may_lead_out(source: str, package: str) -> None:
    """There is no such module, so that it is left as it is written."""
    assert found(source, package) == [(source.split()[1], 1)]


def test_warnings_are_kept_quiet() -> None:
    """They are about a file of somebody else's. Here, they would be errors."""
    assert isinstance(parsed(b"digits = '\\d'"), ast.Module)
